import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** True for a node:fs error with one of these codes. */
export function hasErrorCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

export const isMissing = (error: unknown): boolean => hasErrorCode(error, 'ENOENT', 'ENOTDIR');

/**
 * Folders whose entries changed and have to reach the disk before a write is acknowledged. Collecting them first
 * and syncing once lets a journalling file system commit a whole push in one go.
 */
export type DirsToSync = Set<string>;

/** Makes `dir` and its parents and notes every folder that got a new entry. */
export async function makeDir(dir: string, dirsToSync?: DirsToSync): Promise<void> {
  const first = await mkdir(dir, { recursive: true });
  if (first === undefined || dirsToSync === undefined) return;
  const top = dirname(first);
  for (let parent = dirname(dir); parent.length >= top.length; parent = dirname(parent)) {
    dirsToSync.add(parent);
    if (parent === dirname(parent)) break;
  }
}

/** Flushes folder entries. Windows has no such call and no such need: NTFS journals them. */
export async function syncDirs(dirsToSync: DirsToSync): Promise<void> {
  if (process.platform !== 'win32') {
    for (const dir of dirsToSync) await syncDir(dir);
  }
  dirsToSync.clear();
}

async function syncDir(dir: string): Promise<void> {
  let handle;
  try {
    handle = await open(dir, 'r');
    await handle.sync();
  } catch (error) {
    // A folder that garbage collection removed meanwhile needs no flush; some network mounts refuse to flush folders.
    if (!isMissing(error) && !hasErrorCode(error, 'EINVAL', 'ENOTSUP', 'EISDIR')) throw error;
  } finally {
    await handle?.close();
  }
}

/**
 * Replaces `file` in one step, as distribution does: a temporary file beside it, flushed, then renamed.
 * Retries when the folder is removed in between, because garbage collection takes away empty folders.
 */
export async function writeDurably(
  file: string,
  content: string | Uint8Array,
  dirsToSync: DirsToSync,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await writeOnce(file, content, dirsToSync);
      return;
    } catch (error) {
      if (attempt === 3 || !hasErrorCode(error, 'ENOENT')) throw error;
    }
  }
}

async function writeOnce(
  file: string,
  content: string | Uint8Array,
  dirsToSync: DirsToSync,
): Promise<void> {
  const dir = dirname(file);
  await makeDir(dir, dirsToSync);
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    const handle = await open(temporary, 'wx');
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  dirsToSync.add(dir);
}

/** Takes a folder out of sight in one step, then deletes it at leisure. False when it was not there. */
export async function removeTree(dir: string, trashDir: string): Promise<boolean> {
  const hidden = `${trashDir}/${randomUUID()}`;
  try {
    await mkdir(trashDir, { recursive: true });
    await rename(dir, hidden);
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
  await rm(hidden, { recursive: true, force: true });
  return true;
}
