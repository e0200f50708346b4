/** What can go wrong with content and the files that hold it, as a closed list. */
export type ContentErrorCode =
  | 'cancelled'
  | 'not-found'
  | 'digest-mismatch'
  | 'content-broken-off'
  | 'upload-lost'
  | 'content-invalid'
  | 'content-incomplete'
  | 'platform-missing'
  | 'algorithm-unsupported'
  | 'archive-invalid'
  | 'archive-refused'
  | 'archive-truncated'
  | 'compression-unsupported'
  | 'disk-full'
  | 'place-unfit'
  | 'changed-meanwhile'
  | 'referrers-lost'
  | 'unsupported';

/** `message` is plain words for a person: what happened, why, what to do. */
export class ContentError extends Error {
  override readonly name = 'ContentError';

  constructor(
    readonly code: ContentErrorCode,
    message: string,
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
  }
}

export function isContentError(error: unknown, code?: ContentErrorCode): error is ContentError {
  return error instanceof ContentError && (code === undefined || error.code === code);
}

const PLACE_CODES = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP']);

/** The system's code of an error (`ENOENT`), if it has one. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}

/** What a disk said while `place` was written, in plain words; anything else stays as it is. */
export function explainDisk(error: unknown, place: string): unknown {
  const code = systemCode(error);
  if (error instanceof ContentError || code === undefined) return error;
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') {
    return new ContentError(
      'disk-full',
      `The disk of ${place} is full. The unfinished file was removed. Free some space there, or choose a place on another disk.`,
      error,
    );
  }
  if (!PLACE_CODES.has(code)) return error;
  return new ContentError(
    'place-unfit',
    `${place} cannot be used (${code}). Check the path and the rights to it, or choose another place.`,
    error,
  );
}
