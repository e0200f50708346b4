/** True when an `If-None-Match` header names this digest (RFC 9110, section 13.1.2; the comparison is weak). */
export function matchesEtag(header: string | undefined, digest: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  return header.split(',').some((item) => {
    const tag = item.trim().replace(/^W\//u, '');
    return tag === `"${digest}"` || tag === digest;
  });
}
