/** What a failed call means for a plan. */
export type FaultKind =
  | 'cancelled'
  | 'not-found'
  | 'refused'
  | 'forbidden'
  | 'unsupported'
  | 'busy'
  | 'unreadable'
  | 'other';

export type Fault = {
  readonly kind: FaultKind;
  readonly message: string;
  readonly status?: number;
  /** The registry's own code (distribution-spec, Error codes). */
  readonly ociCode?: string;
  /** For `busy`: how long the registry asked to wait. */
  readonly retryAfterMs?: number;
};

const KINDS: Readonly<Record<string, FaultKind>> = {
  cancelled: 'cancelled',
  AbortError: 'cancelled',
  'not-found': 'not-found',
  unsupported: 'unsupported',
  'request-refused': 'refused',
  unauthorized: 'forbidden',
  denied: 'forbidden',
  'credentials-rejected': 'forbidden',
  'rate-limited': 'busy',
  'registry-failed': 'busy',
  'timed-out': 'busy',
  'connection-lost': 'busy',
  // A registry that is restarted; nothing was sent.
  'connection-refused': 'busy',
  'network-unreachable': 'busy',
  'response-malformed': 'unreadable',
  'digest-mismatch': 'unreadable',
};

const field = (error: object, name: string): unknown =>
  name in error ? (error as Record<string, unknown>)[name] : undefined;

/** Reads an error by its `code`, as core/registry gives it, so that a double may throw the same shape. */
export const readFault = (error: unknown): Fault => {
  if (!(error instanceof Error)) return { kind: 'other', message: String(error) };
  const code = field(error, 'code');
  const kind = KINDS[typeof code === 'string' ? code : ''] ?? KINDS[error.name] ?? 'other';
  const status = field(error, 'status');
  const retryAfterMs = field(error, 'retryAfterMs');
  const ociCode = field(error, 'ociCode');
  return {
    kind,
    message: error.message,
    ...(typeof status === 'number' && { status }),
    ...(typeof retryAfterMs === 'number' && { retryAfterMs }),
    ...(typeof ociCode === 'string' && { ociCode }),
  };
};

export const isCancelled = (error: unknown): boolean => readFault(error).kind === 'cancelled';
