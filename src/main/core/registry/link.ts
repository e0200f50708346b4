/** One link of a Link header (RFC 8288). `rel` holds lower-case relation types. */
export type Link = { target: string; rel: readonly string[] };

const MAX_HEADER_CHARS = 16 * 1024;
const linkPattern =
  /[\s,]*<([^>]*)>((?:\s*;\s*[^\s=;,"]+(?:\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s;,"]*))?)*)/y;
const parameterPattern = /;\s*([^\s=;,"]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?/g;

function readRel(parameters: string): string[] {
  for (const [, name, quoted, bare] of parameters.matchAll(parameterPattern)) {
    // RFC 8288, 3.3: only the first rel counts.
    if (name?.toLowerCase() !== 'rel') continue;
    const value = quoted?.replace(/\\(.)/gs, '$1') ?? bare ?? '';
    return value.toLowerCase().split(/\s+/).filter(Boolean);
  }
  return [];
}

/** Reads every link of every Link header value, up to the first thing that is not one. */
export function parseLinks(values: readonly string[]): Link[] {
  return values.flatMap((value) => {
    const text = value.slice(0, MAX_HEADER_CHARS);
    const links: Link[] = [];
    linkPattern.lastIndex = 0;
    for (let match = linkPattern.exec(text); match; match = linkPattern.exec(text)) {
      links.push({ target: (match[1] ?? '').trim(), rel: readRel(match[2] ?? '') });
    }
    return links;
  });
}

/** One header value; the inverse of parseLinks. */
export function formatLinks(links: readonly Link[]): string {
  return links.map(({ target, rel }) => `<${target}>; rel="${rel.join(' ')}"`).join(', ');
}

/** The next page, as written: possibly relative to the request (distribution-spec, Listing Tags). */
export function nextTarget(values: readonly string[]): string | undefined {
  return parseLinks(values).find(({ rel }) => rel.includes('next'))?.target;
}
