import type { Digest } from '#oci/digest';
import { isRegistryError, type RegistryError } from '../registry/index';
import { ContentError, systemCode } from './content-error';

export type CopySide = 'source' | 'target';

/** Why a copy ended: on which side, at which content, and the store's own error as `cause`. */
export class CopyError extends Error {
  override readonly name = 'CopyError';
  /** The code of the cause (RegistryErrorCode or ContentErrorCode), or `failed`. */
  readonly code: string;
  readonly side: CopySide;
  readonly digest?: Digest;
  /** Another try will not help. */
  readonly isPermanent: boolean;

  constructor(side: CopySide, place: string, error: unknown, digest?: Digest) {
    const cause = error instanceof Error ? error : new Error(String(error));
    const verb = side === 'source' ? 'read from' : 'written to';
    const what = digest === undefined ? 'Content' : digest;
    super(`${what} could not be ${verb} ${place}. ${cause.message}`, { cause });
    this.code = codeOf(cause);
    this.side = side;
    if (digest !== undefined) this.digest = digest;
    this.isPermanent = !isTransient(cause);
  }
}

function codeOf(error: Error): string {
  if (error instanceof ContentError || isRegistryError(error)) return error.code;
  return error.name === 'AbortError' ? 'cancelled' : 'failed';
}

const TRANSIENT = new Set<RegistryError['code']>([
  'timed-out',
  'dns-failed',
  'connection-refused',
  'connection-lost',
  'network-unreachable',
  'rate-limited',
  'registry-failed',
  'range-invalid',
]);

/** Lost connections, busy and restarting registries. Whatever a registry refuses stays refused. */
export function isTransient(error: unknown): boolean {
  if (error instanceof CopyError) return !error.isPermanent;
  if (error instanceof ContentError) {
    return error.code === 'content-broken-off' || error.code === 'upload-lost';
  }
  // 409: an upload that the registry still counts as being written to by a connection that is gone.
  if (isRegistryError(error)) return TRANSIENT.has(error.code) || error.status === 409;
  return ['ECONNRESET', 'EPIPE', 'ETIMEDOUT'].includes(systemCode(error) ?? '');
}

/** How long the registry asked to wait, if it did. */
export function retryAfterMs(error: unknown): number | undefined {
  const cause = error instanceof CopyError ? error.cause : error;
  return isRegistryError(cause) ? cause.retryAfterMs : undefined;
}

export function cancelled(): ContentError {
  return new ContentError('cancelled', 'The copy was cancelled.');
}
