import type { ContentCache } from './content-cache';
import { listContent, removeAllContent } from './content-files';
import { isContentOf, tryParseVerifiableDigest } from './content-path';
import { createDiskLayer } from './disk-layer';
import { createMemoryLayer } from './memory-layer';

export type ContentCacheOptions = {
  /** Made on the first write. May be shared by several processes. */
  readonly directory: string;
  /** Bytes on disk, for all processes together. */
  readonly maxBytes: number;
  /** Bytes in memory; 16 MiB by default. */
  readonly maxMemoryBytes?: number;
  /** Larger content is not kept; 8 MiB by default, twice what registries must accept as a manifest. */
  readonly maxEntryBytes?: number;
  /** Quiet before files are written, in which content is in memory only; none by default. `close` does not wait for it. */
  readonly writeDelayMs?: number;
};

/** Opens the cache without touching the disk: the folder is walked after the first write, in the background. */
export function openContentCache(options: ContentCacheOptions): ContentCache {
  const { directory, maxBytes, maxEntryBytes = 8 * 1024 * 1024, writeDelayMs = 0 } = options;
  const memory = createMemoryLayer(options.maxMemoryBytes ?? 16 * 1024 * 1024);
  const isRecent = (name: string): boolean => memory.has(name);
  const disk = createDiskLayer({ directory, maxBytes, maxEntryBytes, writeDelayMs, isRecent });
  let hits = 0;
  let misses = 0;

  const find = async (name: string): Promise<Uint8Array | undefined> => {
    const digest = tryParseVerifiableDigest(name);
    if (digest === undefined) return undefined;
    const known = memory.get(name);
    if (known !== undefined) return known;
    const bytes = await disk.read(digest);
    if (bytes !== undefined) memory.put(name, bytes);
    return bytes;
  };

  return {
    async get(name) {
      const bytes = await find(name);
      if (bytes === undefined) misses += 1;
      else hits += 1;
      return bytes;
    },
    async put(name, bytes) {
      const digest = tryParseVerifiableDigest(name);
      const isTooLarge = bytes.byteLength > Math.min(maxEntryBytes, maxBytes);
      if (digest === undefined || isTooLarge || memory.has(name)) return;
      if (!isContentOf(digest, bytes)) throw new RangeError(`The content is not that of ${name}`);
      memory.put(name, bytes);
      await disk.write(digest, bytes);
    },
    async statistics() {
      const entries = await listContent(directory);
      const sizeBytes = entries.reduce((sum, entry) => sum + entry.sizeBytes, 0);
      const memoryBytes = memory.sizeBytes();
      return {
        entries: entries.length,
        sizeBytes,
        maxBytes,
        memoryBytes,
        hits,
        misses,
        ...disk.counts(),
      };
    },
    async clear() {
      memory.clear();
      await disk.settled();
      await removeAllContent(directory);
    },
    async close() {
      await disk.settled();
      memory.clear();
    },
  };
}
