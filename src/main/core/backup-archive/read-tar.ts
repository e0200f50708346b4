import { createReadStream } from 'node:fs';
import { extract, type Header } from 'tar-stream';
import { BackupFault, type BackupEntry } from '../local-registry/index';

/**
 * The entries of a tar file, one after another. Says nothing about what they are: whoever restores checks paths and
 * bytes. Throws BackupFault for a file that is no tar archive or ends in the middle.
 */
export async function* readTarArchive(
  file: string,
  signal: AbortSignal = new AbortController().signal,
): AsyncGenerator<BackupEntry> {
  const reading = createReadStream(file, { signal, highWaterMark: 1024 * 1024 });
  const unpacked = extract();
  reading.on('error', (error) => unpacked.destroy(error));
  reading.pipe(unpacked);
  try {
    for await (const entry of unpacked) {
      const { name, size, type } = entry.header;
      yield {
        // `tar` of a folder writes names with a dot in front.
        path: name.replace(/^\.\//u, ''),
        kind: kindOf(type),
        sizeBytes: size,
        content: bytesOf(entry),
      };
      entry.resume();
    }
  } catch (error) {
    throw explain(error, file, signal);
  } finally {
    reading.destroy();
    unpacked.destroy();
  }
}

/** What the parser's types leave open is bytes. */
async function* bytesOf(content: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  for await (const chunk of content) if (chunk instanceof Uint8Array) yield chunk;
}

function kindOf(type: Header['type']): BackupEntry['kind'] {
  if (type === 'file' || type === 'contiguous-file') return 'file';
  return type === 'directory' ? 'folder' : 'other';
}

/** The parser's own errors have no code; those of the file system have one. */
function explain(error: unknown, file: string, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  const isParsers = error instanceof Error && !('code' in error) && !(error instanceof BackupFault);
  if (!isParsers) return error;
  return new BackupFault(
    'not-a-backup',
    `${file} is no archive that can be read to its end (${error.message}). Nothing was changed. Choose another file.`,
    error,
  );
}
