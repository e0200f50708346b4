import type { RegistryError, RegistryErrorCode, RegistryStep } from './errors';
import { contentTypeOf } from './transport/headers';
import { parseRetryAfter } from './transport/retry-after';
import type { BufferedAnswer } from './transport/shapes';
import { isWebPage, parseWireError } from './wire-error';
import { failure } from './words';

const byStatus: Readonly<Record<number, RegistryErrorCode>> = {
  401: 'unauthorized',
  403: 'denied',
  404: 'not-found',
  405: 'unsupported',
  408: 'timed-out',
  416: 'range-invalid',
  429: 'rate-limited',
  501: 'unsupported',
};

/** OCI codes that say more than the status they come with (distribution-spec, Error codes). */
const byOciCode: Readonly<Record<string, RegistryErrorCode>> = {
  UNSUPPORTED: 'unsupported',
  UNAUTHORIZED: 'unauthorized',
  DENIED: 'denied',
  TOOMANYREQUESTS: 'rate-limited',
  NAME_UNKNOWN: 'not-found',
  MANIFEST_UNKNOWN: 'not-found',
  BLOB_UNKNOWN: 'not-found',
};

/** What nginx and Go's HTTP server say to the wrong kind of connection, always with status 400. */
function codeForBadConnection(text: string): RegistryErrorCode | undefined {
  if (/HTTP request to an HTTPS server|HTTP request was sent to HTTPS port/i.test(text)) {
    return 'https-required';
  }
  return /No required SSL certificate was sent|SSL certificate error/i.test(text)
    ? 'tls-client-certificate'
    : undefined;
}

function codeOf(answer: BufferedAnswer, ociCode: string | undefined): RegistryErrorCode {
  const { status } = answer;
  if (status === 400) {
    const connection = codeForBadConnection(answer.bytes.subarray(0, 4096).toString('latin1'));
    if (connection) return connection;
  }
  if (status < 400) return 'response-malformed';
  const known = byStatus[status] ?? (status < 500 ? byOciCode[ociCode ?? ''] : undefined);
  return known ?? (status >= 500 ? 'registry-failed' : 'request-refused');
}

/** The error for an answer whose status is not a success. */
export function statusFailure(
  answer: BufferedAnswer,
  step: RegistryStep,
  base?: URL,
): RegistryError {
  const { status, headers, url } = answer;
  const isPage = isWebPage(contentTypeOf(headers), answer.bytes);
  const said = isPage ? {} : parseWireError(answer.bytes);
  const code = codeOf(answer, said.ociCode);
  const retryAfterMs = parseRetryAfter(headers, Date.now());
  const detail = { host: url.host, step, status, retryAfterMs, ...said };
  return failure(code, detail, noteFor(code, status) ?? redirectNote(answer, base));
}

/** A sign-in is not carried to another origin, so a registry that moved looks as if it refused it. */
function redirectNote({ status, url }: BufferedAnswer, base: URL | undefined): string | undefined {
  if (base === undefined || url.origin === base.origin || ![401, 403].includes(status)) {
    return undefined;
  }
  return `${base.host} redirected there without the sign-in; if it moved, use ${url.origin} as its address.`;
}

function noteFor(code: RegistryErrorCode, status: number): string | undefined {
  if (code === 'response-malformed' && status >= 300) {
    return `The answer ${status} is a redirect without a target.`;
  }
  return code === 'request-refused' || code === 'registry-failed'
    ? `The answer was ${status}.`
    : undefined;
}
