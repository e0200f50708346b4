import { unlink } from 'node:fs/promises';
import { listContent, removeStaleWrites } from './content-files';

/** After trimming there is room for a while: every trim walks the folder. */
const trimToShare = 0.9;

export type Room = {
  /** That many bytes were written by this process. */
  grow(sizeBytes: number): void;
  /** Resolves when no trim is under way. */
  settled(): Promise<void>;
};

/**
 * Keeps the folder within its bound. Other processes write too, so nothing is remembered between walks but an estimate:
 * the last total and what this process wrote since.
 */
export function createRoom(
  directory: string,
  maxBytes: number,
  isInMemory: (digest: string) => boolean,
): Room {
  let estimate: number | undefined;
  let sinceWalk = 0;
  let trimming: Promise<void> | undefined;

  // A quarter: another process may have written as much.
  const isDue = (): boolean =>
    estimate === undefined || estimate + sinceWalk > maxBytes || sinceWalk > maxBytes / 4;

  const trim = async (): Promise<void> => {
    while (isDue()) {
      sinceWalk = 0;
      await removeStaleWrites(directory);
      estimate = await trimContent(directory, maxBytes, isInMemory);
    }
  };

  return {
    grow(sizeBytes) {
      sinceWalk += sizeBytes;
      if (isDue()) trimming ??= trim().finally(() => (trimming = undefined));
    },
    settled: async () => trimming,
  };
}

/** Removes the least recently used files when there is too much; returns the bytes that are left. */
async function trimContent(
  directory: string,
  maxBytes: number,
  isInMemory: (digest: string) => boolean,
): Promise<number> {
  const entries = await listContent(directory);
  let sizeBytes = entries.reduce((sum, entry) => sum + entry.sizeBytes, 0);
  if (sizeBytes <= maxBytes) return sizeBytes;
  // What is in memory was used in this run, whatever the time of its file says.
  const lastUse = entries.map((entry) => ({
    entry,
    usedAtMs: isInMemory(entry.digest) ? Number.MAX_SAFE_INTEGER : entry.usedAtMs,
  }));
  lastUse.sort((one, other) => one.usedAtMs - other.usedAtMs);
  for (const { entry } of lastUse) {
    if (sizeBytes <= maxBytes * trimToShare) break;
    await unlink(entry.path).catch(() => undefined);
    sizeBytes -= entry.sizeBytes;
  }
  return sizeBytes;
}
