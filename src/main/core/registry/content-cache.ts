import type { Digest } from '#oci/digest';

/**
 * Manifests and configs by digest; they never change. What comes out is hashed again before use,
 * so a damaged cache costs a request and nothing else. A `put` that fails is not an error of the call.
 */
export type ContentCache = {
  get(digest: Digest): Promise<Uint8Array | undefined>;
  put(digest: Digest, bytes: Uint8Array): Promise<void>;
};
