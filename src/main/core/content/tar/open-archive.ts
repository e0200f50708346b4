import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rm, stat, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { ContentError, explainDisk, systemCode } from '../content-error';
import type { CallOptions } from '../content-store';
import { readTarIndex, type TarIndex } from './tar-index';

export type OpenedArchive = {
  readonly name: string;
  readonly handle: FileHandle;
  readonly index: TarIndex;
  close(): Promise<void>;
};

export type ArchiveOptions = CallOptions & {
  /** Where a gzip-compressed archive is unpacked to while it is open; the system's own unless told otherwise. */
  readonly temporaryFolder?: string | undefined;
};

/**
 * Opens a tar file, as a whole compressed with gzip or not at all. Throws `compression-unsupported` for zstd and others:
 * the runtime's zlib does not read them.
 */
export async function openArchive(
  file: string,
  options: ArchiveOptions = {},
): Promise<OpenedArchive> {
  const compression = await compressionOf(file);
  if (compression === 'none') return openTar(file, file, async () => {});
  if (compression !== 'gzip') {
    throw new ContentError(
      'compression-unsupported',
      `${file} is compressed with ${compression}, which cannot be read here. Unpack it first (${compression} -d) and choose the .tar file.`,
    );
  }
  const folder = options.temporaryFolder ?? tmpdir();
  const temporary = join(folder, `tagboat-${randomUUID()}.tar`);
  const remove = (): Promise<void> => rm(temporary, { force: true });
  try {
    await unpack(file, temporary, options.signal);
    return await openTar(temporary, file, remove);
  } catch (error) {
    await remove();
    throw error;
  }
}

async function openTar(
  path: string,
  name: string,
  cleanUp: () => Promise<void>,
): Promise<OpenedArchive> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw explainDisk(error, name);
  });
  try {
    const index = await readTarIndex(handle, name);
    const close = async (): Promise<void> => {
      await handle.close().catch(() => {});
      await cleanUp();
    };
    return { name, handle, index, close };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** By the first bytes, whatever the name of the file says. */
async function compressionOf(file: string): Promise<'none' | 'gzip' | 'zstd' | 'xz' | 'bzip2'> {
  const start = Buffer.alloc(6);
  try {
    if (!(await stat(file)).isFile()) {
      throw new ContentError('place-unfit', `${file} is not a file. Choose an archive.`);
    }
    const handle = await open(file, 'r');
    try {
      await handle.read(start, 0, start.length, 0);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw explainDisk(error, file);
  }
  const hex = start.toString('hex');
  if (hex.startsWith('1f8b')) return 'gzip';
  if (hex.startsWith('28b52ffd')) return 'zstd';
  if (hex.startsWith('fd377a585a00')) return 'xz';
  return hex.startsWith('425a68') ? 'bzip2' : 'none';
}

async function unpack(file: string, to: string, signal: AbortSignal | undefined): Promise<void> {
  try {
    await pipeline(
      createReadStream(file),
      createGunzip(),
      createWriteStream(to, { flags: 'wx', mode: 0o600 }),
      { signal },
    );
  } catch (error) {
    const code = systemCode(error) ?? '';
    if (code === 'Z_BUF_ERROR') {
      throw new ContentError(
        'archive-truncated',
        `${file} ends in the middle. Make or fetch it again.`,
        error,
      );
    }
    if (code.startsWith('Z_')) {
      throw new ContentError(
        'archive-invalid',
        `${file} is damaged. Make or fetch it again.`,
        error,
      );
    }
    throw explainDisk(error, to);
  }
}
