import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, mkdir, open, readFile, realpath, rename, rm, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Descriptor } from '#oci/descriptor';
import type { Digest } from '#oci/digest';
import { ContentError, explainDisk, systemCode } from '../content-error';
import type { ContentSource, ContentTarget, OpenedContent } from '../content-store';
import { createTurns } from '../limited';
import { openPart } from '../tar/read-part';
import { parseLayoutIndex } from './layout-index';
import { blobPath, INDEX_FILE, MAX_INDEX_BYTES, type LayoutPlace } from './layout-place';
import { LayoutStore } from './layout-store';

/** Opens an OCI layout folder to read. Throws `archive-invalid` where there is none. */
export async function openOciLayout(folder: string): Promise<ContentSource> {
  const bytes = await readIndex(folder);
  if (bytes === undefined) {
    throw new ContentError(
      'archive-invalid',
      `${folder} is not an OCI layout: it has no index.json. Choose the folder that holds index.json and blobs.`,
    );
  }
  return openStore(folder, bytes);
}

/** Opens an OCI layout folder to write, or begins one. What is in it already stays. */
export async function createOciLayout(folder: string): Promise<ContentTarget> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw explainDisk(error, folder);
  }
  return openStore(folder, await readIndex(folder));
}

function openStore(folder: string, index: Buffer | undefined): ContentTarget {
  const place = new FolderPlace(folder);
  return new LayoutStore({ place, entries: index ? parseLayoutIndex(index, folder) : [] });
}

async function readIndex(folder: string): Promise<Buffer | undefined> {
  const file = join(folder, INDEX_FILE);
  try {
    const found = await lstat(file);
    if (!found.isFile() || found.size > MAX_INDEX_BYTES) throw refused(folder, INDEX_FILE);
    return await readFile(file);
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return undefined;
    throw explainDisk(error, folder);
  }
}

function refused(folder: string, what: string): ContentError {
  return new ContentError(
    'archive-refused',
    `${what} in ${folder} is a link or no ordinary file. It was not followed. Copy the folder with its real content.`,
  );
}

class FolderPlace implements LayoutPlace {
  private readonly unfinished = new Set<string>();
  private readonly turns = createTurns();

  constructor(readonly name: string) {}

  async sizeOf(digest: Digest): Promise<number | undefined> {
    try {
      await this.checkInside(digest);
      const found = await lstat(this.fileOf(digest));
      return found.isFile() ? found.size : undefined;
    } catch (error) {
      if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return undefined;
      throw explainDisk(error, this.name);
    }
  }

  async open(digest: Digest, startBytes: number): Promise<OpenedContent | undefined> {
    const sizeBytes = await this.sizeOf(digest);
    if (sizeBytes === undefined) return undefined;
    const handle = await open(
      this.fileOf(digest),
      constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0),
    );
    let closing: Promise<void> | undefined;
    const close = (): void => {
      closing ??= handle.close().catch(() => {});
    };
    const opened = openPart(handle, { offset: 0, sizeBytes }, startBytes);
    async function* body(): AsyncGenerator<Uint8Array> {
      try {
        yield* opened.body;
      } finally {
        close();
      }
    }
    return { isVerified: false, body: body(), close };
  }

  /** Written beside its place and renamed when it is whole: half a blob is never seen. */
  async write(descriptor: Descriptor, content: AsyncIterable<Uint8Array>): Promise<void> {
    await this.turns(descriptor.digest, async () => {
      const file = this.fileOf(descriptor.digest);
      await this.replace(file, content, () => this.checkInside(descriptor.digest));
    });
  }

  async finish(files: ReadonlyMap<string, Uint8Array>): Promise<void> {
    for (const [path, bytes] of files) {
      async function* content(): AsyncGenerator<Uint8Array> {
        yield bytes;
      }
      await this.replace(join(this.name, path), content(), async () => {});
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.unfinished].map((file) => rm(file, { force: true })));
  }

  private fileOf(digest: Digest): string {
    return join(this.name, blobPath(digest));
  }

  /** A link in place of a folder would lead reads and writes elsewhere. */
  private async checkInside(digest: Digest): Promise<void> {
    const folder = dirname(this.fileOf(digest));
    const [real, root] = await Promise.all([realpath(folder), realpath(this.name)]);
    if (real !== join(root, dirname(blobPath(digest)))) throw refused(this.name, blobPath(digest));
  }

  private async replace(
    file: string,
    content: AsyncIterable<Uint8Array>,
    check: () => Promise<void>,
  ): Promise<void> {
    const temporary = `${file}.${randomUUID()}.partial`;
    const iterator = content[Symbol.asyncIterator]();
    try {
      await mkdir(dirname(file), { recursive: true });
      await check();
      this.unfinished.add(temporary);
      const handle = await open(temporary, 'wx');
      try {
        for (let step = await iterator.next(); !step.done; step = await iterator.next()) {
          await handle.write(step.value);
        }
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(temporary, file);
    } catch (error) {
      await unlink(temporary).catch(() => {});
      throw explainDisk(error, this.name);
    } finally {
      await iterator.return?.();
      this.unfinished.delete(temporary);
    }
  }
}
