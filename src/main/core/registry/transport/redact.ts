/** Query parameters of the distribution API and of the token request that carry no secret. */
const publicParameters = new Set([
  'n',
  'last',
  'artifactType',
  'digest',
  'service',
  'scope',
  'mount',
  'from',
]);

/** The query of a URL with every value outside the allow-list replaced; signed CDN links are secrets. */
export function redactQuery(url: URL): string | undefined {
  if (url.search === '') return undefined;
  const parts = [...url.searchParams].map(([key, value]) =>
    publicParameters.has(key) ? `${key}=${value}` : `${key}=REDACTED`,
  );
  return parts.join('&');
}
