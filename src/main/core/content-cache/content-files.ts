import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import {
  lstat,
  mkdir,
  open,
  readdir,
  rename,
  rm,
  unlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  cachedAlgorithms,
  contentPath,
  isContentOf,
  tryParseVerifiableDigest,
} from './content-path';
import type { VerifiableDigest } from './content-path';

/** The file's time is when it was last used; setting it at most once a minute keeps reading cheap. */
const touchAfterMs = 60_000;
const staleAfterMs = 10 * 60 * 1000;

export type DiskEntry = {
  readonly digest: string;
  readonly path: string;
  readonly sizeBytes: number;
  /** Milliseconds since the epoch. */
  readonly usedAtMs: number;
};

/** `corrupt`: there was a file, it did not match its digest and is gone now. */
export type DiskRead = { readonly bytes: Uint8Array } | 'absent' | 'corrupt';

/** Reads and checks one file. Never throws. */
export async function readContent(
  directory: string,
  digest: VerifiableDigest,
  maxEntryBytes: number,
): Promise<DiskRead> {
  const path = contentPath(directory, digest);
  try {
    const { bytes, stats } = await readBounded(path, maxEntryBytes);
    if (bytes === undefined || !isContentOf(digest, bytes)) {
      await unlink(path).catch(() => undefined);
      return 'corrupt';
    }
    const now = Date.now();
    // Only the order of removal depends on it, so a failure does not matter.
    if (now - stats.mtimeMs > touchAfterMs)
      void utimes(path, now / 1000, now / 1000).catch(() => undefined);
    return { bytes };
  } catch {
    return 'absent';
  }
}

async function readBounded(
  path: string,
  maxBytes: number,
): Promise<{ bytes?: Uint8Array; stats: Stats }> {
  const handle = await open(path, 'r');
  try {
    const stats = await handle.stat();
    if (!stats.isFile() || stats.size > maxBytes) return { stats };
    return { bytes: await handle.readFile(), stats };
  } finally {
    await handle.close();
  }
}

/** Written under a temporary name and renamed, so that no reader, in any process, sees half a file. */
export async function writeContent(
  directory: string,
  digest: VerifiableDigest,
  bytes: Uint8Array,
): Promise<void> {
  const path = contentPath(directory, digest);
  const temporary = join(
    temporaryFolder(directory),
    `${process.pid}-${randomBytes(8).toString('hex')}`,
  );
  await mkdir(dirname(temporary), { recursive: true, mode: 0o700 });
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  try {
    await writeFile(temporary, bytes, { flag: 'wx', mode: 0o600 });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    // On Windows a reader of the same content makes the rename fail; the content is there all the same.
    if (!(await lstat(path).then(Boolean, () => false))) throw error;
  }
}

/** Every file of the cache, in no order. Files that come and go meanwhile may be missed. */
export async function listContent(directory: string): Promise<DiskEntry[]> {
  const entries: DiskEntry[] = [];
  for (const algorithm of cachedAlgorithms) {
    for (const folder of await listNames(join(directory, algorithm))) {
      const names = await listNames(join(directory, algorithm, folder));
      const found = await Promise.all(
        names.map((hex) => statEntry(directory, `${algorithm}:${hex}`)),
      );
      entries.push(...found.filter((entry) => entry !== undefined));
    }
  }
  return entries;
}

/** Removes half-written files of processes that were killed. */
export async function removeStaleWrites(directory: string): Promise<void> {
  const folder = temporaryFolder(directory);
  for (const name of await listNames(folder)) {
    const stats = await lstat(join(folder, name)).catch(() => undefined);
    if (stats === undefined || Date.now() - stats.mtimeMs < staleAfterMs) continue;
    await rm(join(folder, name), { force: true });
  }
}

/** Removes all content, and nothing else that may lie in the folder. */
export async function removeAllContent(directory: string): Promise<void> {
  for (const algorithm of cachedAlgorithms) {
    await rm(join(directory, algorithm), { recursive: true, force: true, maxRetries: 3 });
  }
}

function temporaryFolder(directory: string): string {
  return join(directory, 'tmp');
}

async function listNames(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

async function statEntry(directory: string, digest: string): Promise<DiskEntry | undefined> {
  const parsed = tryParseVerifiableDigest(digest);
  if (parsed === undefined) return undefined;
  const path = contentPath(directory, parsed);
  const stats = await lstat(path).catch(() => undefined);
  if (stats?.isFile() !== true) return undefined;
  return { digest, path, sizeBytes: stats.size, usedAtMs: stats.mtimeMs };
}
