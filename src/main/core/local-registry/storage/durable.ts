import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';

/** True for a node:fs error with one of these codes. */
export function hasErrorCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

export const isMissing = (error: unknown): boolean => hasErrorCode(error, 'ENOENT', 'ENOTDIR');

/** Flushes the entries of a folder. Windows has no such call and no such need: NTFS journals them. */
export async function syncDir(dir: string): Promise<void> {
  if (process.platform === 'win32') return;
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
