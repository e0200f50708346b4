import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Bytes that this user can still write on the disk of a folder, which need not be there yet. */
export async function readFreeBytes(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch (error) {
    const parent = dirname(folder);
    if (parent === folder) throw error;
    return readFreeBytes(parent);
  }
}
