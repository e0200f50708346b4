import { randomUUID } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack, type Pack } from 'tar-stream';
import { BackupFault, type ArchivePack } from '../local-registry/index';

/**
 * A tar file (POSIX pax) for a backup. It is written under another name beside `file` and takes its place when it is
 * complete and flushed. Throws BackupFault where the place cannot be written to.
 */
export async function createTarArchive(file: string): Promise<ArchivePack> {
  const temporary = `${file}.${randomUUID()}.partial`;
  try {
    return new TarArchive(file, temporary, await open(temporary, 'wx'));
  } catch (error) {
    throw explain(error, file);
  }
}

class TarArchive implements ArchivePack {
  readonly #pack: Pack = pack();
  readonly #writing: Promise<void>;
  readonly #modifiedAt = new Date();
  #failure: Error | undefined;
  #isDone = false;

  constructor(
    readonly file: string,
    readonly temporary: string,
    readonly handle: FileHandle,
  ) {
    this.#writing = this.#write().catch((error: unknown) => {
      this.#failure = error instanceof Error ? error : new Error(String(error));
      // Whoever is adding a file would wait for ever for a disk that takes nothing any more.
      this.#pack.destroy(this.#failure);
    });
  }

  async addFile(
    path: string,
    sizeBytes: number,
    content: AsyncIterable<Uint8Array>,
  ): Promise<void> {
    try {
      const header = { name: path, size: sizeBytes, mode: 0o644, mtime: this.#modifiedAt };
      await pipeline(Readable.from(content, { objectMode: true }), this.#pack.entry(header));
    } catch (error) {
      throw explain(this.#failure ?? error, this.file);
    }
  }

  async finish(): Promise<void> {
    try {
      this.#pack.finalize();
      await this.#writing;
      if (this.#failure !== undefined) throw this.#failure;
      await this.handle.sync();
      await this.handle.close();
      await rename(this.temporary, this.file);
      await syncFolder(dirname(this.file));
      this.#isDone = true;
    } catch (error) {
      throw explain(error, this.file);
    }
  }

  async close(): Promise<void> {
    if (this.#isDone) return;
    this.#pack.destroy();
    await this.#writing;
    await this.handle.close().catch(() => undefined);
    await rm(this.temporary, { force: true });
  }

  async #write(): Promise<void> {
    for await (const chunk of this.#pack as AsyncIterable<Uint8Array>) {
      let position = 0;
      while (position < chunk.byteLength) {
        const { bytesWritten } = await this.handle.write(chunk, position);
        position += bytesWritten;
      }
    }
  }
}

/** Flushes the new name. Windows has no such call and no such need. */
async function syncFolder(dir: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(dir, 'r');
  try {
    await handle.sync();
  } catch {
    // Some network mounts refuse to flush folders.
  } finally {
    await handle.close();
  }
}

function explain(error: unknown, file: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new BackupFault(
      'disk-full',
      `The disk of ${file} is full. The unfinished archive was removed. Free some space there, or choose a place on another disk.`,
      error,
    );
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOENT') {
    return new BackupFault(
      'place-unfit',
      `${file} cannot be written. Choose another place for the archive.`,
      error,
    );
  }
  return error;
}
