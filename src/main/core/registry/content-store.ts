import type { Digest } from '#oci/digest';
import type { ContentCache } from './content-cache';

/** The content cache as the verbs see it: it never fails and never makes a call wait for a write. */
export type ContentStore = {
  /** False without a cache: then a HEAD before a GET saves nothing. */
  isKept: boolean;
  get(digest: Digest): Promise<Uint8Array | undefined>;
  put(digest: Digest, bytes: Uint8Array): void;
};

export function createContentStore(cache: ContentCache | undefined): ContentStore {
  return {
    isKept: cache !== undefined,
    async get(digest) {
      try {
        return await cache?.get(digest);
      } catch {
        return undefined;
      }
    },
    put(digest, bytes) {
      cache?.put(digest, bytes).catch(() => {});
    },
  };
}
