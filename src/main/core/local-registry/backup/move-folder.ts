import { createHash } from 'node:crypto';
import { link, lstat, readdir, rm, rmdir, utimes, writeFile } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import type { StorageOptions } from '../progress';
import { hasErrorCode, isMissing } from '../storage/durable';
import { lockFolder, type FolderLock } from '../storage/folder-lock';
import { Layout } from '../storage/layout';
import { readSlices, writeHashed } from './copy-file';
import { DirFlush } from './dir-flush';
import { BackupFault, explainDisk } from './fault';
import { exists } from './folder-swap';
import { checkApart, listPlace, makePlace } from './place';
import { finishRestore } from './restore-swap';

export type MoveReport = Readonly<{
  fileCount: number;
  bytes: number;
  /** What is still in the old folder: entries that are no content of the registry, or that cannot be removed. */
  leftBehind: readonly string[];
}>;

export type MoveOptions = StorageOptions &
  Readonly<{
    /** Called when all is there and checked: makes the new folder the one that is served. Then the old one goes. */
    switchTo?: () => Promise<void>;
  }>;

/**
 * Moves a storage folder. On the same disk the files get a second name, on another they are copied, flushed and read
 * again; the old folder is removed when `switchTo` is done, so that after a cut at any moment one of the two is whole
 * and is the one in use. Throws FolderInUse, BackupFault, or the reason of `signal`.
 */
export async function moveFolder(
  from: string,
  to: string,
  options: MoveOptions = {},
): Promise<MoveReport> {
  await checkApart(from, to);
  await checkEmpty(to);
  const layout = new Layout(from);
  const lock = await lockFolder(from, layout.sideDir, null);
  try {
    await finishRestore(layout);
    return await moveLocked(from, to, lock, options);
  } finally {
    await lock.release();
    await rmdir(layout.sideDir).catch(() => undefined);
    await rmdir(from).catch(() => undefined);
  }
}

const marker = (to: string): string => `${to}/tagboat/moving.json`;

/** Empty, or with what a move that was cut off left there. */
async function checkEmpty(to: string): Promise<void> {
  const names = await listPlace(to);
  const isOurs = names.every((name) => name === 'docker' || name === 'tagboat');
  if (names.length === 0 || (isOurs && (await exists(marker(to))))) return;
  throw new BackupFault(
    'place-unfit',
    `${to} is not empty, and nothing in it is overwritten. Choose an empty folder; to serve what is there instead, use that folder without moving.`,
  );
}

async function moveLocked(
  from: string,
  to: string,
  lock: FolderLock,
  options: MoveOptions,
): Promise<MoveReport> {
  const files = [...(await listFiles(from, 'docker')), ...(await listFiles(from, 'tagboat'))];
  const moving = new Moving(from, to, files, options);
  try {
    await removeContent(to);
    await makePlace(`${to}/tagboat`);
    await writeFile(marker(to), JSON.stringify({ startedAt: lock.owner.startedAt }));
    await moving.copyAll();
    options.signal?.throwIfAborted();
    await rm(marker(to), { force: true });
    await options.switchTo?.();
  } catch (error) {
    await removeContent(to).catch(() => undefined);
    throw explainDisk(error, to);
  }
  // The new folder is in use by now: what cannot be removed here is told, and is no failure.
  await removeOld(from).catch(() => undefined);
  const leftBehind = (await listPlace(from)).filter((name) => name !== 'tagboat');
  return { fileCount: files.length, bytes: moving.totalBytes, leftBehind };
}

async function removeOld(from: string): Promise<void> {
  await rm(`${from}/docker`, { recursive: true, force: true });
  for (const name of await listPlace(`${from}/tagboat`)) {
    if (name !== 'lock.json') await rm(`${from}/tagboat/${name}`, { recursive: true, force: true });
  }
}

async function removeContent(to: string): Promise<void> {
  for (const name of ['docker', 'tagboat']) {
    await rm(`${to}/${name}`, { recursive: true, force: true });
  }
}

type SourceFile = Readonly<{
  path: string;
  sizeBytes: number;
  mode: number;
  usedAtMs: number;
  changedAtMs: number;
  /** The same for two names of the same bytes; undefined where there is only one. */
  fileId: string | undefined;
}>;

const describeFile = (path: string, stats: Stats): SourceFile => ({
  path,
  sizeBytes: stats.size,
  mode: stats.mode & 0o777,
  usedAtMs: stats.atimeMs,
  changedAtMs: stats.mtimeMs,
  fileId: stats.nlink > 1 ? `${stats.dev}:${stats.ino}` : undefined,
});

/** What belongs to the running process, or is on its way out. */
const staysBehind = /^tagboat\/(?:lock\.json.*|control-.*\.sock|trash|.*\.tmp)$/u;

async function listFiles(root: string, path: string): Promise<SourceFile[]> {
  if (staysBehind.test(path)) return [];
  let stats;
  try {
    stats = await lstat(`${root}/${path}`);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
  if (stats.isFile()) return [describeFile(path, stats)];
  if (!stats.isDirectory()) {
    throw new BackupFault(
      'content-unfit',
      `${root}/${path} is neither a file nor a folder, so it cannot be moved. Put a file in its place or remove it, then move again.`,
    );
  }
  const files: SourceFile[] = [];
  for (const name of await readdir(`${root}/${path}`)) {
    for (const file of await listFiles(root, `${path}/${name}`)) files.push(file);
  }
  return files;
}

class Moving {
  readonly totalBytes: number;
  readonly #flush = new DirFlush();
  readonly #signal: AbortSignal;
  /** New names of bytes that have several. */
  readonly #byFileId = new Map<string, string>();
  #completedBytes = 0;
  #canLink = true;

  constructor(
    readonly from: string,
    readonly to: string,
    readonly files: readonly SourceFile[],
    readonly options: StorageOptions,
  ) {
    this.totalBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    this.#signal = options.signal ?? new AbortController().signal;
  }

  async copyAll(): Promise<void> {
    for (const file of this.files) {
      this.#signal.throwIfAborted();
      const before = this.#completedBytes;
      await this.#take(file);
      this.#completedBytes = before + file.sizeBytes;
      this.#report();
    }
    await this.#flush.flush();
  }

  async #take(file: SourceFile): Promise<void> {
    const { path, fileId } = file;
    const source = `${this.from}/${path}`;
    const target = `${this.to}/${path}`;
    await this.#flush.makeFor(target);
    if (this.#canLink && (await tryLink(source, target))) return;
    this.#canLink = false;
    const twin = fileId === undefined ? undefined : this.#byFileId.get(fileId);
    if (twin !== undefined && (await tryLink(twin, target))) return;
    await this.#copy(source, target, file);
    if (fileId !== undefined) this.#byFileId.set(fileId, target);
  }

  /** Damaged content is moved as it is: only that the copy equals it is checked. */
  async #copy(source: string, target: string, file: SourceFile): Promise<void> {
    const written = await writeHashed(target, readSlices(source, this.#signal), {
      algorithms: ['sha256'],
      mode: file.mode,
      advance: (bytes) => {
        this.#completedBytes += bytes;
        this.#report();
      },
    });
    // Times are the marks of the grace window of garbage collection.
    await utimes(target, file.usedAtMs / 1000, file.changedAtMs / 1000);
    const read = await hashSlices(readSlices(target, this.#signal));
    if (written.sizeBytes !== file.sizeBytes || read !== written.hashes.get('sha256')) {
      throw new BackupFault(
        'place-unfit',
        `${target} does not read back as it was written. The storage folder was not changed. Check that disk, or choose another.`,
      );
    }
  }

  #report(): void {
    this.options.progress?.({
      completed: Math.min(this.#completedBytes, this.totalBytes),
      total: this.totalBytes,
      unit: 'bytes',
      step: `Moving to ${this.to}`,
    });
  }
}

async function hashSlices(content: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const slice of content) hash.update(slice);
  return hash.digest('hex');
}

/** False where the two are on different disks, or the disk has no hard links. */
async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (hasErrorCode(error, 'EXDEV', 'EPERM', 'ENOTSUP', 'EMLINK', 'ENOSYS')) return false;
    throw error;
  }
}
