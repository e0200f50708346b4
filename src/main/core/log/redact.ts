/** Query parameters of the distribution API whose values are public (distribution-spec, Endpoints; token authentication). */
const publicQueryKeys = new Set([
  'artifactType',
  'digest',
  'from',
  'last',
  'mount',
  'n',
  'next_page',
  'ns',
  'page',
  'page_size',
  'scope',
  'service',
]);

const redacted = 'REDACTED';

/** Scheme, host, port and path of a URL; values of the query only where their key is public. Never user info or fragment. */
export function redactUrl(url: string | URL): string {
  const parsed = typeof url === 'string' ? tryParseUrl(url) : url;
  if (parsed === undefined) return '[not a URL]';
  // A data or blob URL is content, not an address.
  if (!/^(https?|wss?|tagboat):$/u.test(parsed.protocol)) return `${parsed.protocol}${redacted}`;
  const query = [...parsed.searchParams].map(([key, value]) =>
    publicQueryKeys.has(key)
      ? `${key}=${scrubText(value)}`
      : `${/^[\w.-]{1,64}$/u.test(key) ? key : 'key'}=${redacted}`,
  );
  const address = `${parsed.protocol}//${parsed.host}${parsed.pathname}`;
  return query.length === 0 ? address : `${address}?${query.join('&')}`;
}

/** Patterns are only run over this much, so that hostile text cannot make them slow. */
const maxScrubbedLength = 2048;

/**
 * A second line of defence for text that was written elsewhere (error messages): URLs are redacted, and what looks like
 * a credential is replaced. Text of our own is kept free of secrets by not putting them in.
 */
export function scrubText(text: string): string {
  return withoutControls(bounded(text))
    .replace(/-----BEGIN .*?(?:-----END [^-]*-----|$)/gu, redacted)
    .replace(/\b[a-z][a-z0-9+.-]{0,31}:\/\/[^\s"'<>()]+/giu, (url) => redactUrl(url))
    .replace(headerPattern, `$1$2${redacted}`)
    .replace(/\b(basic|bearer|negotiate)\s+(?!realm=)[\w.~+/=-]{4,}/giu, `$1 ${redacted}`)
    .replace(/\beyJ[\w-]{4,}(?:\.[\w-]*){0,2}/gu, redacted)
    .replace(assignmentPattern, `$1$2${redacted}`)
    .replace(
      /(?<![^\s/@:"'])[^\s/@:"']+:[^\s/@"']+@(?!sha(?:256|512):)(?=[\w[])/gu,
      `${redacted}@`,
    );
}

/** A header that carries a credential, to the end of the line. */
const headerPattern =
  /\b((?:proxy-)?authorization|(?:set-)?cookie|x-registry-(?:auth|config))("?\s*[:=]\s*).+/giu;

/** `password=…`, `"secret": "…"`, `refresh_token: …` and their like. */
const assignmentPattern =
  /((?:pass(?:word|wd|phrase)|secret|token|api[_-]?key|credential|auth|signature)s?["']?)(\s*[:=]\s*)(?:"[^"]*"?|'[^']*'?|[^\s,;&}"']+)/giu;

/** A text that was cut ends before the cut word: half a secret would not be recognised. */
function bounded(text: string): string {
  return text.length <= maxScrubbedLength
    ? text
    : text.slice(0, maxScrubbedLength).replace(/\S+$/u, '…');
}

/** A line of the log is one line, and a terminal that shows it obeys no one. */
function withoutControls(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}

function tryParseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
