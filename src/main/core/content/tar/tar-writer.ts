import { randomUUID } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ContentError, explainDisk } from '../content-error';
import { BLOCK, formatHeader, paddedSize } from './tar-header';
import type { TarPart } from './tar-index';

export type TarWriter = {
  /** Writes a file; several may be under way at once, each into a place of its own. A failed one may be tried again. */
  add(path: string, sizeBytes: number, content: AsyncIterable<Uint8Array>): Promise<void>;
  /** Where a complete file's bytes are. */
  find(path: string): TarPart | undefined;
  readonly handle: FileHandle;
  /** Ends the archive and puts it under its final name. */
  finish(): Promise<void>;
  /** Removes what is unfinished. */
  close(): Promise<void>;
};

/**
 * A tar that is written beside `file` and takes its name when it is complete and flushed. Throws ContentError
 * `place-unfit`, and `disk-full` from every call that writes.
 */
export async function createTarWriter(file: string): Promise<TarWriter> {
  const temporary = `${file}.${randomUUID()}.partial`;
  try {
    return new RegionWriter(file, temporary, await open(temporary, 'wx+'));
  } catch (error) {
    throw explainDisk(error, file);
  }
}

class RegionWriter implements TarWriter {
  /** Every place that was given out; an archive with an unfilled one is never finished. */
  private readonly places = new Map<string, TarPart & { start: number; isFilled: boolean }>();
  private end = 0;
  private isDone = false;

  constructor(
    private readonly file: string,
    private readonly temporary: string,
    readonly handle: FileHandle,
  ) {}

  async add(path: string, sizeBytes: number, content: AsyncIterable<Uint8Array>): Promise<void> {
    const header = formatHeader(path, sizeBytes);
    const place = this.placeFor(path, sizeBytes, header.length);
    let at = place.offset;
    // What the content throws is not the disk's.
    for await (const chunk of content) {
      await this.write(chunk, at);
      at += chunk.length;
    }
    if (at !== place.offset + sizeBytes) {
      throw new ContentError('content-broken-off', `${path} has not the size that was announced.`);
    }
    await this.write(header, place.start);
    this.places.set(path, { ...place, isFilled: true });
  }

  find(path: string): TarPart | undefined {
    const place = this.places.get(path);
    return place?.isFilled ? place : undefined;
  }

  async finish(): Promise<void> {
    const open = [...this.places].find(([, { isFilled }]) => !isFilled);
    if (open !== undefined) {
      throw new ContentError('content-incomplete', `${open[0]} was not written to its end.`);
    }
    try {
      await this.handle.truncate(this.end + 2 * BLOCK);
      await this.handle.sync();
      await this.handle.close();
      this.isDone = true;
      await rename(this.temporary, this.file);
      await syncFolder(dirname(this.file));
    } catch (error) {
      throw explainDisk(error, this.file);
    }
  }

  async close(): Promise<void> {
    if (!this.isDone) await this.handle.close().catch(() => {});
    await rm(this.temporary, { force: true });
  }

  private placeFor(
    path: string,
    sizeBytes: number,
    headerBytes: number,
  ): TarPart & { start: number; isFilled: boolean } {
    const known = this.places.get(path);
    if (known?.sizeBytes === sizeBytes) return known;
    const start = this.end;
    const place = { start, offset: start + headerBytes, sizeBytes, isFilled: false };
    this.end = place.offset + paddedSize(sizeBytes);
    this.places.set(path, place);
    return place;
  }

  private async write(bytes: Uint8Array, position: number): Promise<void> {
    try {
      for (let done = 0; done < bytes.length;) {
        const left = bytes.length - done;
        const { bytesWritten } = await this.handle.write(bytes, done, left, position + done);
        done += bytesWritten;
      }
    } catch (error) {
      throw explainDisk(error, this.file);
    }
  }
}

/** Flushes the new name. Windows has no such call and no such need. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch {
    // Some network mounts refuse to flush folders.
  } finally {
    await handle.close();
  }
}
