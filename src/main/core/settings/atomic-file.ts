import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, mkdir, open, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const staleAfterMs = 10 * 60 * 1000;
/** Virus scanners on Windows hold a fresh file for a moment: wait 20, 40, 80, 160, 320 ms. */
const renameAttempts = 6;
const busyCodes = new Set(['EPERM', 'EACCES', 'EBUSY']);

export type AtomicWriteOptions = {
  /** Permission bits of the file; only its owner may read it unless told otherwise. */
  readonly mode?: number;
};

/**
 * Replaces a file as a whole: written beside it, flushed to the disk, renamed into place. After a kill or a power cut at
 * any moment the path holds either the old content or the new one. A symbolic link is followed, not replaced.
 */
export async function writeFileAtomically(
  path: string,
  content: string | Uint8Array,
  { mode = 0o600 }: AtomicWriteOptions = {},
): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const target = await realpath(path).catch(() => path);
  const temporary = join(dirname(target), temporaryName(basename(target)));
  try {
    const handle = await open(temporary, 'wx', mode);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await renameIntoPlace(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Removes what earlier runs left half-written beside `path`. Young files may belong to another process and stay. */
export async function removeStaleTemporaries(path: string): Promise<void> {
  const directory = dirname(path);
  const names = await readdir(directory).catch(() => []);
  for (const name of names) {
    if (!name.startsWith(`.${basename(path)}.`) || !name.endsWith('.tmp')) continue;
    const found = await stat(join(directory, name)).catch(() => undefined);
    if (found === undefined || Date.now() - found.mtimeMs < staleAfterMs) continue;
    await rm(join(directory, name), { force: true });
  }
}

/** Copies `settings.json` to `settings.<label>-<time>.json` beside it and returns that path. Nothing is overwritten. */
export async function keepFileAside(path: string, label: string): Promise<string> {
  const extension = extname(path);
  const stem = basename(path, extension);
  const time = new Date().toISOString().replace(/[-:]/gu, '').replace(/\.\d+/u, '');
  for (let attempt = 0; ; attempt += 1) {
    const suffix = attempt === 0 ? '' : `-${attempt}`;
    const aside = join(dirname(path), `${stem}.${label}-${time}${suffix}${extension}`);
    try {
      await copyFile(path, aside, constants.COPYFILE_EXCL);
      return aside;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST' || attempt > 99) throw error;
    }
  }
}

/** The system's code of an error (`ENOENT`), if it has one. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}

function temporaryName(name: string): string {
  return `.${name}.${process.pid}-${randomBytes(6).toString('hex')}.tmp`;
}

async function renameIntoPlace(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      const isBusy = process.platform === 'win32' && busyCodes.has(errorCode(error) ?? '');
      if (!isBusy || attempt >= renameAttempts) throw error;
      await delay(10 * 2 ** attempt);
    }
  }
}
