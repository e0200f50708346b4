import type { CertificateSummary, RegistryErrorCode } from '../errors';
import { AddressRefused } from './addresses';
import { CertificateRefused } from './connector';
import { Interruption } from './call';
import { ProxyFailure } from './tunnel';

/** Codes of Node, c-ares, OpenSSL and undici, and what they mean to a person. */
const codes: Readonly<Record<string, RegistryErrorCode>> = {
  ENOTFOUND: 'dns-failed',
  EAI_AGAIN: 'dns-failed',
  EAI_FAIL: 'dns-failed',
  EAI_NODATA: 'dns-failed',
  ENODATA: 'dns-failed',
  ECONNREFUSED: 'connection-refused',
  ECONNRESET: 'connection-lost',
  ECONNABORTED: 'connection-lost',
  EPIPE: 'connection-lost',
  UND_ERR_SOCKET: 'connection-lost',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'connection-lost',
  UND_ERR_ABORTED: 'cancelled',
  UND_ERR_CLOSED: 'cancelled',
  UND_ERR_DESTROYED: 'cancelled',
  ENETUNREACH: 'network-unreachable',
  ENETDOWN: 'network-unreachable',
  EHOSTUNREACH: 'network-unreachable',
  EHOSTDOWN: 'network-unreachable',
  EADDRNOTAVAIL: 'network-unreachable',
  ETIMEDOUT: 'timed-out',
  UND_ERR_CONNECT_TIMEOUT: 'timed-out',
  UND_ERR_HEADERS_TIMEOUT: 'timed-out',
  UND_ERR_BODY_TIMEOUT: 'timed-out',
  UND_ERR_HEADERS_OVERFLOW: 'response-too-large',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls-untrusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls-untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls-untrusted',
  UNABLE_TO_GET_ISSUER_CERT: 'tls-untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls-untrusted',
  CERT_CHAIN_TOO_LONG: 'tls-untrusted',
  CERT_REJECTED: 'tls-untrusted',
  CERT_REVOKED: 'tls-untrusted',
  CERT_SIGNATURE_FAILURE: 'tls-untrusted',
  CERT_UNTRUSTED: 'tls-untrusted',
  INVALID_CA: 'tls-untrusted',
  INVALID_PURPOSE: 'tls-untrusted',
  PATH_LENGTH_EXCEEDED: 'tls-untrusted',
  CERT_HAS_EXPIRED: 'tls-expired',
  CERT_NOT_YET_VALID: 'tls-expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'tls-host-mismatch',
  HOSTNAME_MISMATCH: 'tls-host-mismatch',
  ADDRESS_REFUSED: 'address-refused',
  PROXY_FAILED: 'proxy-failed',
};

/** Happy eyeballs wraps one error an address into an AggregateError; the first tells enough. */
function unwrap(error: unknown): Error & { code?: unknown; reason?: unknown } {
  if (error instanceof AggregateError && error.errors.length > 0) return unwrap(error.errors[0]);
  return error instanceof Error ? error : new Error(String(error));
}

/** OpenSSL's alert texts. A server that misses the client certificate says so only here. */
function tlsCode(text: string): RegistryErrorCode | undefined {
  if (/wrong version number|packet length too long|unknown protocol|http request/i.test(text)) {
    return 'tls-not-offered';
  }
  if (
    /alert (certificate required|bad certificate|unknown ca|certificate unknown|certificate expired|access denied)/i.test(
      text,
    )
  ) {
    return 'tls-client-certificate';
  }
  return /\bssl\b|\btls\b|EPROTO/i.test(text) ? 'tls-handshake-failed' : undefined;
}

/** undici's HTTP parser has codes only in some releases, so its words decide: bad framing, or no HTTP at all. */
function parserCode(text: string): RegistryErrorCode {
  return /chunk|content-length|transfer-encoding/i.test(text)
    ? 'response-malformed'
    : 'not-a-registry';
}

/** What an error of the network layers means. Unknown ones count as a lost connection: the answer is not there. */
export function classifyFailure(error: unknown): RegistryErrorCode {
  if (error instanceof Interruption) return error.code;
  const inner = unwrap(error);
  const code = typeof inner.code === 'string' ? inner.code : '';
  const known = codes[code];
  if (known !== undefined) return known;
  if (inner.name === 'HTTPParserError') return parserCode(inner.message);
  return tlsCode(`${code} ${inner.message.replaceAll('_', ' ')}`) ?? 'connection-lost';
}

/** The chain that came with a refusal by fingerprint. */
export function chainFrom(error: unknown): CertificateSummary[] | undefined {
  return error instanceof CertificateRefused ? error.chain : undefined;
}

/** A sentence that the standard words of the code cannot know. */
export function noteOn(error: unknown): string | undefined {
  if (error instanceof AddressRefused) return `${error.message}.`;
  if (error instanceof ProxyFailure) {
    if (error.status === undefined) return `Reason: ${error.message}.`;
    return error.status === 407
      ? 'The proxy wants a user name and password.'
      : `The proxy answered ${error.status}.`;
  }
  return undefined;
}
