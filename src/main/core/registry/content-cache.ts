import type { Digest } from '#oci/digest';

/** Bytes that never change, by digest. What comes out is hashed again before use, so a damaged cache costs only a request. */
export type ContentCache = {
  get(digest: Digest): Promise<Uint8Array | undefined>;
  put(digest: Digest, bytes: Uint8Array): Promise<void>;
};

/** A ContentCache in a directory, bounded by bytes; the least recently used files go first. */
export declare function createDiskContentCache(options: {
  directory: string;
  maxBytes: number;
}): ContentCache;
