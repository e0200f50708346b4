import { openPart } from '../tar/read-part';
import type { OpenedArchive } from '../tar/open-archive';
import { createTarWriter } from '../tar/tar-writer';
import { ContentError } from '../content-error';
import { createTurns } from '../limited';
import { blobPath, type LayoutPlace } from './layout-place';

/** A layout inside a tar that is read in place. */
export function createReadPlace(archive: OpenedArchive): LayoutPlace {
  const { name, handle, index } = archive;
  const readOnly = (): Promise<never> =>
    Promise.reject(new ContentError('unsupported', `${name} was opened to be read.`));
  return {
    name,
    sizeOf: async (digest) => index.find(blobPath(digest))?.sizeBytes,
    async open(digest, startBytes) {
      const part = index.find(blobPath(digest));
      return part && openPart(handle, part, startBytes);
    },
    write: readOnly,
    finish: readOnly,
    close: () => archive.close(),
  };
}

/** A layout inside a tar that is being written: it takes its final name when it is whole. */
export async function createWritePlace(file: string): Promise<LayoutPlace> {
  const writer = await createTarWriter(file);
  const turns = createTurns();
  return {
    name: file,
    sizeOf: async (digest) => writer.find(blobPath(digest))?.sizeBytes,
    async open(digest, startBytes) {
      const part = writer.find(blobPath(digest));
      return part && openPart(writer.handle, part, startBytes);
    },
    async write({ digest, size }, content) {
      const path = blobPath(digest);
      // An archive must not hold a file twice.
      await turns(path, async () => {
        if (writer.find(path) === undefined) await writer.add(path, size, content);
      });
    },
    async finish(files) {
      for (const [path, bytes] of files) {
        async function* content(): AsyncGenerator<Uint8Array> {
          yield bytes;
        }
        await writer.add(path, bytes.length, content());
      }
      await writer.finish();
    },
    close: () => writer.close(),
  };
}
