/** Everything that can go wrong between this client and a registry, as a closed list. */
export type RegistryErrorCode =
  | 'cancelled'
  | 'timed-out'
  | 'dns-failed'
  | 'connection-refused'
  | 'connection-lost'
  | 'network-unreachable'
  | 'tls-untrusted'
  | 'tls-expired'
  | 'tls-host-mismatch'
  | 'tls-client-certificate'
  | 'tls-settings-invalid'
  | 'tls-not-offered'
  | 'tls-handshake-failed'
  | 'https-required'
  | 'plain-http-refused'
  | 'address-invalid'
  | 'address-refused'
  | 'redirect-refused'
  | 'redirect-loop'
  | 'realm-refused'
  | 'credentials-rejected'
  | 'credentials-unavailable'
  | 'unauthorized'
  | 'denied'
  | 'not-found'
  | 'unsupported'
  | 'range-invalid'
  | 'request-refused'
  | 'rate-limited'
  | 'registry-failed'
  | 'not-a-registry'
  | 'response-too-large'
  | 'response-malformed'
  | 'digest-mismatch'
  | 'paging-refused'
  | 'proxy-failed';

/** What the client was doing when it failed. */
export type RegistryStep =
  | 'ping'
  | 'token'
  | 'manifest'
  | 'config'
  | 'tags'
  | 'catalog'
  | 'blob'
  | 'referrers'
  | 'certificates';

/** One certificate of a chain, as shown to a person before they decide to trust it. Dates are ISO 8601. */
export type CertificateSummary = {
  subject: string;
  issuer: string;
  validFrom: string;
  validTo: string;
  /** Upper-case hex pairs joined by colons, as OpenSSL and browsers print it. */
  fingerprintSha256: string;
  subjectAltNames: string[];
  isCa: boolean;
  isSelfSigned: boolean;
};

export type RegistryErrorDetail = {
  host: string;
  step: RegistryStep;
  /** HTTP status of the answer that failed, when there was one. */
  status?: number | undefined;
  /** First `errors[].code` of the answer (distribution-spec, Error codes), for example MANIFEST_UNKNOWN. */
  ociCode?: string | undefined;
  /** The registry's own words; untrusted text of at most 500 characters. */
  ociMessage?: string | undefined;
  /** How long the registry asked to wait before the next try. */
  retryAfterMs?: number | undefined;
  /** For tls-* codes: the chain the registry presented, leaf first. */
  tls?: { chain: CertificateSummary[] } | undefined;
  /** For realm-refused: the host of the token server, which the user may approve. */
  realmHost?: string | undefined;
  cause?: unknown;
};

/** The only error the public functions of core/registry reject with. `message` is a plain sentence for a person. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError';
  readonly code: RegistryErrorCode;
  readonly host: string;
  readonly step: RegistryStep;
  readonly status?: number;
  readonly ociCode?: string;
  readonly ociMessage?: string;
  readonly retryAfterMs?: number;
  readonly tls?: { chain: CertificateSummary[] };
  readonly realmHost?: string;

  constructor(code: RegistryErrorCode, message: string, detail: RegistryErrorDetail) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.code = code;
    this.host = detail.host;
    this.step = detail.step;
    if (detail.status !== undefined) this.status = detail.status;
    if (detail.ociCode !== undefined) this.ociCode = detail.ociCode;
    if (detail.ociMessage !== undefined) this.ociMessage = detail.ociMessage;
    if (detail.retryAfterMs !== undefined) this.retryAfterMs = detail.retryAfterMs;
    if (detail.tls !== undefined) this.tls = detail.tls;
    if (detail.realmHost !== undefined) this.realmHost = detail.realmHost;
  }
}

export function isRegistryError(error: unknown, code?: RegistryErrorCode): error is RegistryError {
  return error instanceof RegistryError && (code === undefined || error.code === code);
}
