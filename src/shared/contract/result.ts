/**
 * Errors travel as data, because Electron keeps only an error's message across processes.
 * The list is closed: the window has words for each code.
 */
export const errorCodes = [
  'cancelled',
  'timed-out',
  'dns-failed',
  'connection-refused',
  'connection-lost',
  'network-unreachable',
  'proxy-failed',
  'tls-untrusted',
  'tls-expired',
  'tls-host-mismatch',
  'tls-client-certificate',
  'tls-settings-invalid',
  'tls-not-offered',
  'tls-handshake-failed',
  'https-required',
  'plain-http-refused',
  'address-refused',
  'address-invalid',
  'redirect-refused',
  'redirect-loop',
  'realm-refused',
  'credentials-rejected',
  'credentials-unavailable',
  'unauthorized',
  'denied',
  'not-found',
  'unsupported',
  'range-invalid',
  'request-refused',
  'rate-limited',
  'registry-failed',
  'not-a-registry',
  'response-too-large',
  'response-malformed',
  'digest-mismatch',
  'paging-refused',
  'content-invalid',
  'input-invalid',
  'registry-unknown',
  'already-exists',
  'keychain-failed',
  'storage-failed',
  'repository-busy',
  'plan-refused',
  'plan-unknown',
  'sender-refused',
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

export type CertificateView = {
  readonly subject: string;
  readonly issuer: string;
  /** ISO 8601. */
  readonly validFrom: string;
  /** ISO 8601. */
  readonly validTo: string;
  readonly fingerprintSha256: string;
  readonly subjectAltNames: readonly string[];
  readonly isSelfSigned: boolean;
};

export type ErrorDetail = {
  readonly host?: string;
  /** What was being done: 'token', 'manifest', 'catalog' … */
  readonly step?: string;
  /** HTTP status. */
  readonly status?: number;
  /** OCI error code as in the distribution-spec, e.g. MANIFEST_UNKNOWN. */
  readonly ociCode?: string;
  /** What the registry itself said, shortened, safe to show as text. */
  readonly registryMessage?: string;
  readonly retryAfterMs?: number;
  /** The chain the registry showed, leaf first, when trust was the question. */
  readonly certificates?: readonly CertificateView[];
  /** For realm-refused: the host of the token service, which the user may approve. */
  readonly realmHost?: string;
  /** The input's field that was wrong. */
  readonly field?: string;
};

export type ContractError = {
  readonly code: ErrorCode;
  /** One plain sentence: what happened and why. Never a stack, never raw JSON. */
  readonly message: string;
  readonly detail: ErrorDetail;
};

export type Result<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ContractError };

export const ok = <T>(value: T): Result<T> => ({ ok: true, value });
export const failed = (error: ContractError): Result<never> => ({ ok: false, error });
