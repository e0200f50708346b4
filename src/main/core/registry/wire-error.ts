/** The parts of an error body worth showing. Untrusted text. */
export type WireError = { ociCode?: string | undefined; ociMessage?: string | undefined };

const MAX_MESSAGE_CHARS = 500;

/** Upper-case snake, as distribution-spec prints its codes; anything else is not a code. */
const codePattern = /^[A-Z][A-Z0-9_]{1,63}$/;

function clean(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined;
  const plain = text.replace(/\p{Cc}+/gu, ' ').trim();
  return plain === '' ? undefined : plain.slice(0, MAX_MESSAGE_CHARS);
}

function firstError(value: object): Record<string, unknown> {
  const { errors } = value as { errors?: unknown };
  const first: unknown = Array.isArray(errors) ? errors[0] : value;
  return typeof first === 'object' && first !== null ? (first as Record<string, unknown>) : {};
}

const looksLikeMarkup = (text: string): boolean => /^\s*</.test(text);

/**
 * Reads `{"errors":[{"code","message"}]}` (distribution-spec, Error codes), and what proxies and token servers
 * send instead: `{"code","message"}`, OAuth2's `{"error","error_description"}`, `{"details"}`, plain text. A web page gives nothing.
 */
export function parseWireError(bytes: Uint8Array): WireError {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return looksLikeMarkup(text) ? {} : { ociMessage: clean(text) };
  }
  if (typeof parsed !== 'object' || parsed === null) return { ociMessage: clean(parsed) };
  const first = firstError(parsed);
  const { code } = first;
  const said = [first['message'], first['error_description'], first['details'], first['error']];
  return {
    ociCode: typeof code === 'string' && codePattern.test(code) ? code : undefined,
    ociMessage: said.map(clean).find((message) => message !== undefined),
  };
}

/** A page for people where an answer for programs is due. */
export function isWebPage(contentType: string | undefined, bytes: Uint8Array): boolean {
  if (contentType === 'text/html' || contentType === 'application/xhtml+xml') return true;
  const start = bytes.findIndex((byte) => byte > 0x20);
  if (bytes[start] !== 0x3c) return false;
  const text = Buffer.from(bytes.subarray(start, start + 16))
    .toString('latin1')
    .toLowerCase();
  return text.startsWith('<!doctype') || text.startsWith('<html');
}
