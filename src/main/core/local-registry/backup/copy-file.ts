import { createHash, type Hash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';

/** One read, one hash step, one write: about a millisecond, so that requests are served in between. */
const sliceBytes = 1024 * 1024;

/** The content of a file in slices. Stops between two of them when `signal` fires. */
export async function* readSlices(file: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const handle = await open(file, 'r');
  try {
    for (;;) {
      signal.throwIfAborted();
      // A buffer of its own: whoever takes it may hold on to it.
      const buffer = Buffer.allocUnsafe(sliceBytes);
      const { bytesRead } = await handle.read(buffer, 0, sliceBytes, null);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

export type Written = Readonly<{ sizeBytes: number; hashes: ReadonlyMap<string, string> }>;

/**
 * Writes `content` to a file that is not there yet, flushes it, and gives the hash of what was written by each of
 * `algorithms`, in hexadecimal. Stops with RangeError after `maxBytes`.
 */
export async function writeHashed(
  file: string,
  content: AsyncIterable<Uint8Array>,
  options: Readonly<{
    algorithms: readonly string[];
    maxBytes?: number;
    mode?: number;
    advance?: (bytes: number) => void;
  }>,
): Promise<Written> {
  const hashes = new Map<string, Hash>();
  for (const algorithm of options.algorithms) hashes.set(algorithm, createHash(algorithm));
  const handle = await open(file, 'wx', options.mode ?? 0o666);
  let sizeBytes = 0;
  try {
    for await (const chunk of content) {
      sizeBytes += chunk.byteLength;
      if (sizeBytes > (options.maxBytes ?? Infinity)) throw new RangeError('longer than announced');
      for (const hash of hashes.values()) hash.update(chunk);
      await writeAll(handle, chunk);
      options.advance?.(chunk.byteLength);
    }
    await handle.datasync();
  } finally {
    await handle.close();
  }
  return {
    sizeBytes,
    hashes: new Map([...hashes].map(([algorithm, hash]) => [algorithm, hash.digest('hex')])),
  };
}

async function writeAll(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  let position = 0;
  while (position < chunk.byteLength) {
    const { bytesWritten } = await handle.write(chunk, position, chunk.byteLength - position, null);
    position += bytesWritten;
  }
}
