import { algorithmOf } from '../storage/blob-store';
import { hashFile } from '../storage/hash-file';
import type { BackupTarget } from './back-up';
import { readSlices } from './copy-file';
import { formatRecord, recordPath } from './record';

/** Writes an archive; given by the caller, because this room knows no archive format. */
export type ArchivePack = Readonly<{
  /** Adds a file: exactly `sizeBytes` of content. */
  addFile: (path: string, sizeBytes: number, content: AsyncIterable<Uint8Array>) => Promise<void>;
  /** Ends the archive, flushes it and puts it in place. */
  finish: () => Promise<void>;
  /** Removes an unfinished archive; nothing after `finish`. */
  close: () => Promise<void>;
}>;

const bytesOf = async function* (text: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(text));
};

/**
 * A backup as one archive file: blobs, then the links of each repository, and the record last, so that an archive that
 * was cut off has none.
 */
export function createArchiveTarget(pack: ArchivePack): BackupTarget {
  return {
    open: () => Promise.resolve(),
    async putBlob(blob, signal, advance) {
      // Hashed before it is written: what is in an archive cannot be taken out again.
      const algorithm = algorithmOf(blob.digest) ?? 'sha256';
      if ((await hashFile(blob.file, algorithm)) !== blob.digest) return 'damaged';
      const content = async function* (): AsyncGenerator<Uint8Array> {
        for await (const slice of readSlices(blob.file, signal)) {
          yield slice;
          advance(slice.byteLength);
        }
      };
      await pack.addFile(blob.path, blob.sizeBytes, content());
      return 'copied';
    },
    async putLinks(links) {
      for (const { path, digest } of links) {
        await pack.addFile(path, Buffer.byteLength(digest), bytesOf(digest));
      }
    },
    async commit(record) {
      const text = formatRecord(record);
      await pack.addFile(recordPath, Buffer.byteLength(text), bytesOf(text));
      await pack.finish();
    },
    close: () => pack.close(),
  };
}
