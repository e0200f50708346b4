/** What a stranger may make the registry hold or wait for. All of them are explicit: none means "without end". */
export type RegistryLimits = Readonly<{
  /** distribution-spec, Pushing Manifests: at least 4 MiB have to be taken; more is answered with 413. */
  manifestBytes: number;
  /** Path and query together; beyond it 414. */
  urlBytes: number;
  /** All request headers together; beyond it 431. */
  headerBytes: number;
  /** Time to send the headers. */
  headersTimeoutMs: number;
  /** A connection on which nothing moves for this long is closed. */
  idleTimeoutMs: number;
  /** How long an idle connection is kept for the next request. */
  keepAliveTimeoutMs: number;
  /** `tag` parameters of one manifest push (distribution-spec, Pushing Manifests: at least 10). */
  tagsPerPush: number;
  /** Names in one page of the catalog when the client asks for more or does not say. */
  catalogPage: number;
  /** Descriptors in one page of referrers. */
  referrersPage: number;
}>;

export const defaultLimits: RegistryLimits = {
  manifestBytes: 4 * 1024 * 1024,
  urlBytes: 8 * 1024,
  headerBytes: 16 * 1024,
  headersTimeoutMs: 20_000,
  idleTimeoutMs: 60_000,
  keepAliveTimeoutMs: 75_000,
  tagsPerPush: 64,
  catalogPage: 1000,
  referrersPage: 500,
};
