const KIB = 1024;
const MIB = 1024 * KIB;

/** Every bound of the client. All are finite: a registry is treated as hostile. */
export type RegistryLimits = {
  /** Requests for small JSON under way at once, per registry. */
  concurrency: number;
  /** Blob downloads under way at once, per registry; they never take a place from the small requests. */
  blobConcurrency: number;
  /** DNS, TCP, proxy and TLS handshake together. */
  connectMs: number;
  /** From the request sent to the first byte of the answer. */
  headersMs: number;
  /** Longest silence inside a body. */
  bodyIdleMs: number;
  /** A small request from its start to its last byte; blobs have no total, only bodyIdleMs. */
  totalMs: number;
  manifestBytes: number;
  configBytes: number;
  /** One page of tags, of repositories or of referrers. */
  pageBytes: number;
  tokenBytes: number;
  errorBytes: number;
  /** Pages of one list. Reaching it is reported in the page, never silent. */
  maxPages: number;
  /** Names asked for in one page. */
  pageSize: number;
  maxRedirects: number;
  /** Tries after the first one, for idempotent requests. */
  maxRetries: number;
  /** First backoff; it doubles with each try and is jittered over its whole width. */
  retryBaseMs: number;
  /** A wait longer than this is not made: the call fails and says how long to wait. */
  maxRetryAfterMs: number;
};

export const defaultLimits: RegistryLimits = {
  concurrency: 8,
  blobConcurrency: 4,
  connectMs: 10_000,
  headersMs: 20_000,
  bodyIdleMs: 20_000,
  totalMs: 60_000,
  // distribution-spec: registries should take manifests of at least 4 MiB; twice that leaves room for odd ones.
  manifestBytes: 8 * MIB,
  // image-spec sets no bound; a config with 127 history entries and generous labels stays under 1 MiB.
  configBytes: 8 * MIB,
  // CNCF distribution 2.8 ignores `n` and sends every tag at once: 128 characters × 100,000 tags = 13 MB.
  pageBytes: 32 * MIB,
  tokenBytes: 256 * KIB,
  errorBytes: 64 * KIB,
  maxPages: 1_000,
  pageSize: 1_000,
  maxRedirects: 5,
  maxRetries: 3,
  retryBaseMs: 250,
  maxRetryAfterMs: 30_000,
};
