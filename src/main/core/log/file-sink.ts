import { appendFile, mkdir, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

export type FileSinkOptions = {
  /** `…/tagboat.log`; the file before it is kept as `…/tagboat.log.1`. */
  readonly path: string;
  /** Of each of the two files; 1 MiB by default. */
  readonly maxBytes?: number;
};

export type FileSink = {
  /** Queues a line. Never throws and never waits: where the disk refuses, the line is lost. */
  write(line: string): void;
  /** Resolves when everything queued so far is written or lost. */
  flush(): Promise<void>;
  close(): Promise<void>;
};

/** Above this the disk is too slow or gone, and memory is worth more than the log. */
const maxQueuedLines = 10_000;

/** Appends lines to a file of bounded size, with one file before it. */
export function createFileSink({ path, maxBytes = 1024 * 1024 }: FileSinkOptions): FileSink {
  let queue: string[] = [];
  let writing: Promise<void> | undefined;
  let sizeBytes: number | undefined;

  const append = async (text: string): Promise<void> => {
    const bytes = Buffer.byteLength(text);
    sizeBytes ??= await openedSize(path);
    if (sizeBytes > 0 && sizeBytes + bytes > maxBytes) {
      await rename(path, `${path}.1`);
      sizeBytes = 0;
    }
    await appendFile(path, text, { mode: 0o600 });
    sizeBytes += bytes;
  };

  const drain = async (): Promise<void> => {
    while (queue.length > 0) {
      const lines = queue;
      queue = [];
      for (const chunk of chunksOf(lines, maxBytes)) {
        await append(chunk).catch(() => (sizeBytes = undefined));
      }
    }
    writing = undefined;
  };

  const flush = async (): Promise<void> => {
    if (queue.length > 0) writing ??= drain();
    await writing;
  };

  return {
    write(line) {
      if (queue.length >= maxQueuedLines) return;
      queue.push(`${line}\n`);
      // Lines of the same turn go to the disk together.
      if (writing === undefined) setImmediate(() => void flush());
    },
    flush,
    close: flush,
  };
}

async function openedSize(path: string): Promise<number> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  return stat(path).then(
    (found) => found.size,
    () => 0,
  );
}

/** Whole lines, joined to texts of at most `maxBytes`; a longer line stands alone. */
function chunksOf(lines: readonly string[], maxBytes: number): string[] {
  const chunks: string[] = [];
  let chunk = '';
  let chunkBytes = 0;
  for (const line of lines) {
    const bytes = Buffer.byteLength(line);
    if (chunk !== '' && chunkBytes + bytes > maxBytes) {
      chunks.push(chunk);
      chunk = '';
      chunkBytes = 0;
    }
    chunk += line;
    chunkBytes += bytes;
  }
  return chunk === '' ? chunks : [...chunks, chunk];
}
