import { lstat, readdir } from 'node:fs/promises';
import { hasErrorCode, isMissing } from '../storage/durable';
import { FolderInUse, lockFolder, type FolderLock } from '../storage/folder-lock';
import { readSlices } from './copy-file';
import { inUse } from './fault';
import { BackupFolder, exists, finishSwap } from './folder-swap';
import { recordPath } from './record';

/** One entry of a backup, in any order; `content` is read before the next entry is asked for. */
export type BackupEntry = Readonly<{
  /** With forward slashes, below the backup's root. */
  path: string;
  /** `other`: a link, a device, or whatever else is neither a file nor a folder. */
  kind: 'file' | 'folder' | 'other';
  sizeBytes: number;
  content: AsyncIterable<Uint8Array>;
}>;

export type BackupSource = AsyncIterable<BackupEntry>;

/** The entries of a backup that was made to a folder. */
export async function* readBackupFolder(
  root: string,
  signal: AbortSignal = new AbortController().signal,
): AsyncGenerator<BackupEntry> {
  const folder = new BackupFolder(root);
  if (!(await exists(folder.recordFile)) && !(await exists(folder.nextRecord))) return;
  const lock = await lockBackup(folder);
  try {
    // A backup whose last step was cut off is finished first.
    if (lock !== undefined) await finishSwap(folder);
    yield* walk(root, 'docker', signal);
    yield* describe(root, recordPath, signal);
  } finally {
    await lock?.release();
  }
}

/** Keeps another backup from changing what is being read. Undefined where nothing can be written anyway. */
async function lockBackup(folder: BackupFolder): Promise<FolderLock | undefined> {
  try {
    return await lockFolder(folder.root, folder.layout.sideDir, null);
  } catch (error) {
    if (hasErrorCode(error, 'EROFS', 'EACCES', 'EPERM')) return undefined;
    throw error instanceof FolderInUse ? inUse(folder.root, error) : error;
  }
}

async function* walk(root: string, path: string, signal: AbortSignal): AsyncGenerator<BackupEntry> {
  let names: string[];
  try {
    names = (await readdir(`${root}/${path}`)).sort();
  } catch (error) {
    if (isMissing(error)) return;
    throw error;
  }
  for (const name of names) {
    signal.throwIfAborted();
    const child = `${path}/${name}`;
    for await (const entry of describe(root, child, signal)) {
      if (entry.kind === 'folder') yield* walk(root, child, signal);
      else yield entry;
    }
  }
}

/** One entry, or none when it is not there. Symbolic links are not followed. */
async function* describe(
  root: string,
  path: string,
  signal: AbortSignal,
): AsyncGenerator<BackupEntry> {
  const file = `${root}/${path}`;
  try {
    const found = await lstat(file);
    const kind = found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other';
    yield { path, kind, sizeBytes: found.size, content: readSlices(file, signal) };
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}
