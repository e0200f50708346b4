/** Least recently used first; a `Map` keeps the order of insertion. */
export type MemoryLayer = {
  get(digest: string): Uint8Array | undefined;
  put(digest: string, bytes: Uint8Array): void;
  /** Does not count as a use. */
  has(digest: string): boolean;
  clear(): void;
  sizeBytes(): number;
};

/** Keeps at most `maxBytes`. Content above an eighth of that is not worth the place of many small ones. */
export function createMemoryLayer(maxBytes: number): MemoryLayer {
  const entries = new Map<string, Uint8Array>();
  let sizeBytes = 0;

  const drop = (digest: string): void => {
    sizeBytes -= entries.get(digest)?.byteLength ?? 0;
    entries.delete(digest);
  };

  return {
    get(digest) {
      const bytes = entries.get(digest);
      if (bytes === undefined) return undefined;
      entries.delete(digest);
      entries.set(digest, bytes);
      return bytes;
    },
    put(digest, bytes) {
      if (bytes.byteLength > maxBytes / 8) return;
      drop(digest);
      entries.set(digest, bytes);
      sizeBytes += bytes.byteLength;
      for (const oldest of entries.keys()) {
        if (sizeBytes <= maxBytes) break;
        drop(oldest);
      }
    },
    has: (digest) => entries.has(digest),
    clear() {
      entries.clear();
      sizeBytes = 0;
    },
    sizeBytes: () => sizeBytes,
  };
}
