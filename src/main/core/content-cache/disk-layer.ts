import { readContent, writeContent } from './content-files';
import type { VerifiableDigest } from './content-path';
import { createDelayedWrites } from './delayed-writes';
import { createRoom } from './disk-room';

export type DiskLayerOptions = {
  readonly directory: string;
  readonly maxBytes: number;
  readonly maxEntryBytes: number;
  /** Quiet before files are written. */
  readonly writeDelayMs: number;
  /** In use, whatever the time of its file says. */
  readonly isRecent: (digest: string) => boolean;
};

/** The files of the cache, kept within their bound. No call throws. */
export type DiskLayer = {
  /** Readers of the same digest at the same time share one read. */
  read(digest: VerifiableDigest): Promise<Uint8Array | undefined>;
  write(digest: VerifiableDigest, bytes: Uint8Array): Promise<void>;
  counts(): { readonly corrupt: number; readonly failedWrites: number };
  /** Waits for reads, writes and trimming under way. */
  settled(): Promise<void>;
};

export function createDiskLayer(options: DiskLayerOptions): DiskLayer {
  const { directory, maxEntryBytes } = options;
  const room = createRoom(directory, options.maxBytes, options.isRecent);
  const reading = new Map<string, Promise<Uint8Array | undefined>>();
  const writes = createDelayedWrites(options.writeDelayMs);
  let corrupt = 0;
  let failedWrites = 0;

  const read = async (digest: VerifiableDigest): Promise<Uint8Array | undefined> => {
    const outcome = await readContent(directory, digest, maxEntryBytes);
    if (outcome === 'corrupt') corrupt += 1;
    return typeof outcome === 'string' ? undefined : outcome.bytes;
  };

  const write = async (digest: VerifiableDigest, bytes: Uint8Array): Promise<void> => {
    try {
      await writeContent(directory, digest, bytes);
      room.grow(bytes.byteLength);
    } catch {
      failedWrites += 1;
    }
  };

  return {
    read(digest) {
      const running = reading.get(digest.hex);
      if (running !== undefined) return running;
      const started = read(digest).finally(() => reading.delete(digest.hex));
      reading.set(digest.hex, started);
      return started;
    },
    write: (digest, bytes) => writes.add(() => write(digest, bytes)),
    counts: () => ({ corrupt, failedWrites }),
    async settled() {
      await Promise.all([...reading.values(), writes.settled()]);
      await room.settled();
    },
  };
}
