import { hasErrorCode } from '../storage/durable';
import type { FolderInUse } from '../storage/folder-lock';

export type BackupFaultCode =
  /** The folder is not one that content may be put into. */
  | 'place-unfit'
  /** Another process works on it. */
  | 'place-in-use'
  | 'disk-full'
  /** Nothing there was written by a backup, or no backup there was ever finished. */
  | 'not-a-backup'
  /** Something in the backup is not what the backup says it is. */
  | 'backup-damaged'
  /** The folder holds something that cannot be moved. */
  | 'content-unfit';

/** Why nothing was changed. The message says what happened, why, and what to do. */
export class BackupFault extends Error {
  constructor(
    readonly code: BackupFaultCode,
    message: string,
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'BackupFault';
  }
}

export const inUse = (place: string, { owner }: FolderInUse): BackupFault =>
  new BackupFault(
    'place-in-use',
    `Process ${owner.pid} is working in ${place}. Wait until it is done, or choose another folder.`,
  );

/** Makes a full or forbidden disk a fault that names `place`; other errors stay what they are. */
export function explainDisk(error: unknown, place: string): unknown {
  if (hasErrorCode(error, 'ENOSPC', 'EDQUOT')) {
    return new BackupFault(
      'disk-full',
      `The disk of ${place} is full. What was there before is unchanged. Free some space there, or choose a place on another disk.`,
      error,
    );
  }
  if (hasErrorCode(error, 'EACCES', 'EPERM', 'EROFS')) {
    return new BackupFault(
      'place-unfit',
      `${place} cannot be written to. Change its permissions, or choose another place.`,
      error,
    );
  }
  return error;
}
