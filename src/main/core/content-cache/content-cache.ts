/**
 * Keeps immutable content (manifests, configs) by digest, bounded, on disk with a layer in memory.
 * Reading never throws: what cannot be read or does not match its digest is a miss.
 */
export interface ContentCache {
  /** The bytes, or undefined. Shared with other readers: not to be written to. */
  get(digest: string): Promise<Uint8Array | undefined>;
  /**
   * Keeps bytes that were already verified. Does nothing for a digest whose algorithm cannot be checked, for content
   * above the size limit, and where the disk refuses (counted in the statistics).
   */
  put(digest: string, bytes: Uint8Array): Promise<void>;
  statistics(): Promise<ContentCacheStatistics>;
  /** Removes everything. */
  clear(): Promise<void>;
  /** Waits for what is being written. */
  close(): Promise<void>;
}

export type ContentCacheStatistics = {
  readonly entries: number;
  /** Bytes on disk. */
  readonly sizeBytes: number;
  readonly maxBytes: number;
  readonly memoryBytes: number;
  /** Since the cache was opened. */
  readonly hits: number;
  readonly misses: number;
  /** Files that did not match their digest and were deleted. */
  readonly corrupt: number;
  /** Writes that the disk refused. */
  readonly failedWrites: number;
};
