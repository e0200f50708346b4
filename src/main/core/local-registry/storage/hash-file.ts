import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { Digest } from '#oci/digest';
import { formatHash, type SupportedAlgorithm } from './blob-store';
import { isMissing } from './durable';

/** One read, one hash step: about a millisecond, so that other requests are served in between. */
const sliceBytes = 1024 * 1024;

/** Digest of a whole file in slices; a missing file counts as empty, because a session without bytes has none. */
export async function hashFile(file: string, algorithm: SupportedAlgorithm): Promise<Digest> {
  const hash = createHash(algorithm);
  let handle;
  try {
    handle = await open(file, 'r');
    const buffer = Buffer.allocUnsafe(sliceBytes);
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, sliceBytes, null);
      if (bytesRead === 0) break;
      hash.update(buffer.subarray(0, bytesRead));
    }
  } catch (error) {
    if (!isMissing(error)) throw error;
  } finally {
    await handle?.close();
  }
  return formatHash(hash, algorithm);
}
