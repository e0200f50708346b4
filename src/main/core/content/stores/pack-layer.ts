import { createHash, randomUUID } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Digest } from '#oci/digest';
import { explainDisk } from '../content-error';
import { mismatch } from '../verify';

export type PackedLayer = {
  readonly file: string;
  readonly digest: Digest;
  readonly sizeBytes: number;
};

/** RFC 1952: the tenth byte names the system that packed. 255 is "unknown", so that it says the same everywhere. */
const SYSTEM_BYTE = 9;
const UNKNOWN_SYSTEM = 255;

/**
 * Compresses a tar with gzip into a file of its own: no name, no time, so that the same runtime gives the same bytes.
 * Checks the tar against its diff id on the way. Throws `digest-mismatch`.
 */
export async function packLayer(
  tar: AsyncIterable<Uint8Array>,
  diffId: string,
  place: { folder: string; name: string; signal?: AbortSignal | undefined },
): Promise<PackedLayer> {
  const file = join(place.folder, `tagboat-${randomUUID()}.layer`);
  const [plain, packed] = [createHash('sha256'), createHash('sha256')];
  let sizeBytes = 0;
  async function* hashed(): AsyncGenerator<Uint8Array> {
    for await (const chunk of tar) {
      plain.update(chunk);
      yield chunk;
    }
  }
  const gzip = createGzip({ level: 6 });
  const handle = await open(file, 'wx', 0o600).catch((error: unknown) => {
    throw explainDisk(error, file);
  });
  try {
    await pipeline(
      Readable.from(hashed(), { objectMode: true }),
      gzip,
      async (source: AsyncIterable<Buffer>) => {
        for await (const chunk of source) {
          const system = SYSTEM_BYTE - sizeBytes;
          if (system >= 0 && system < chunk.length) chunk[system] = UNKNOWN_SYSTEM;
          packed.update(chunk);
          await handle.write(chunk);
          sizeBytes += chunk.length;
        }
      },
      { signal: place.signal },
    );
    const actual = `sha256:${plain.digest('hex')}`;
    if (actual !== diffId) throw mismatch(diffId, actual, place.name);
    return { file, digest: `sha256:${packed.digest('hex')}` as Digest, sizeBytes };
  } catch (error) {
    await rm(file, { force: true });
    throw explainDisk(error, file);
  } finally {
    await handle.close();
  }
}
