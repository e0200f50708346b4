import { randomUUID } from 'node:crypto';
import { link, mkdir, rename, rm, stat } from 'node:fs/promises';
import { digestAlgorithm, digestEncoded, type Digest } from '#oci/digest';
import { walkBlobs } from '../gc/walk-blobs';
import { hasErrorCode, isMissing, syncDir } from '../storage/durable';
import { FolderInUse, lockFolder, type FolderLock } from '../storage/folder-lock';
import { writeDurably } from '../storage/write-batch';
import type { BackupTarget, SourceBlob } from './back-up';
import { readSlices, writeHashed } from './copy-file';
import { DirFlush, inParallel } from './dir-flush';
import { BackupFault, explainDisk, inUse } from './fault';
import { BackupFolder, exists, finishSwap } from './folder-swap';
import { checkApart, listPlace, makePlace } from './place';
import { formatRecord, type BackupRecord } from './record';
import type { Link } from './snapshot';

const writesAtOnce = 16;

/**
 * A backup in a folder. Blobs that an earlier backup brought there are not copied again. Files are never changed in
 * place and never linked to the storage folder's: a copy of the backup made of hard links stays as it is, and damage in
 * one place does not reach the other.
 */
export function createFolderTarget(storageDir: string, root: string): BackupTarget {
  const target = new FolderTarget(storageDir, root);
  const explained = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw explainDisk(error, root);
    }
  };
  return {
    open: () => explained(() => target.open()),
    putBlob: (blob, signal, advance) => explained(() => target.putBlob(blob, signal, advance)),
    putLinks: (links) => explained(() => target.putLinks(links)),
    commit: (record, blobs) => explained(() => target.commit(record, blobs)),
    close: () => target.close(),
  };
}

class FolderTarget {
  readonly #folder: BackupFolder;
  readonly #flush = new DirFlush();
  /** Names in the backup of bytes that have several. */
  readonly #byFileId = new Map<string, string>();
  #lock: FolderLock | undefined;

  constructor(
    readonly storageDir: string,
    readonly root: string,
  ) {
    this.#folder = new BackupFolder(root);
  }

  async open(): Promise<void> {
    await checkApart(this.storageDir, this.root);
    await this.#checkContent();
    const { layout } = this.#folder;
    await makePlace(layout.sideDir);
    try {
      this.#lock = await lockFolder(this.root, layout.sideDir, null);
    } catch (error) {
      throw error instanceof FolderInUse ? inUse(this.root, error) : error;
    }
    await finishSwap(this.#folder);
    // The sign of a backup, so that a first one that is cut off can be begun again.
    await mkdir(this.#folder.nextDir, { recursive: true });
    await mkdir(this.#folder.incomingDir, { recursive: true });
  }

  /** Takes an empty folder or one that only ever held a backup: content that is served elsewhere is not overwritten. */
  async #checkContent(): Promise<void> {
    const names = await listPlace(this.root);
    if (names.length === 0) return;
    const isBackup =
      !names.includes('docker') ||
      (await exists(this.#folder.recordFile)) ||
      (await exists(this.#folder.nextDir));
    if (isBackup && names.every((name) => name === 'docker' || name === 'tagboat')) return;
    const reason = isBackup
      ? 'has other files in it'
      : 'holds a registry or other files that are no backup';
    throw new BackupFault(
      'place-unfit',
      `${this.root} ${reason}, and nothing in it is overwritten. Choose an empty folder or one with an earlier backup.`,
    );
  }

  async putBlob(
    blob: SourceBlob,
    signal: AbortSignal,
    advance: (bytes: number) => void,
  ): Promise<'copied' | 'had' | 'damaged'> {
    const file = `${this.root}/${blob.path}`;
    if (await this.#has(file, blob.sizeBytes)) {
      this.#remember(blob, file);
      return 'had';
    }
    await this.#flush.makeFor(file);
    if (await this.#linkToTwin(blob, file)) return 'copied';
    const temporary = `${this.#folder.incomingDir}/${randomUUID()}`;
    const algorithm = digestAlgorithm(blob.digest);
    try {
      const { hashes } = await writeHashed(temporary, readSlices(blob.file, signal), {
        algorithms: [algorithm],
        advance,
      });
      if (hashes.get(algorithm) !== digestEncoded(blob.digest)) {
        await rm(temporary);
        return 'damaged';
      }
      await rename(temporary, file);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    this.#remember(blob, file);
    return 'copied';
  }

  async #has(file: string, sizeBytes: number): Promise<boolean> {
    try {
      const found = await stat(file);
      return found.isFile() && found.size === sizeBytes;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  #remember(blob: SourceBlob, file: string): void {
    if (blob.fileId !== undefined) this.#byFileId.set(blob.fileId, file);
  }

  /** The other name of the same bytes is in the backup already. False where the disk has no links. */
  async #linkToTwin(blob: SourceBlob, file: string): Promise<boolean> {
    const twin = blob.fileId === undefined ? undefined : this.#byFileId.get(blob.fileId);
    if (twin === undefined) return false;
    try {
      await rm(file, { force: true });
      await link(twin, file);
      return true;
    } catch (error) {
      if (hasErrorCode(error, 'EPERM', 'ENOTSUP', 'EMLINK', 'EXDEV', 'ENOSYS')) return false;
      throw error;
    }
  }

  async putLinks(links: readonly Link[]): Promise<void> {
    await inParallel(links, writesAtOnce, async ({ path, digest }) => {
      const file = this.#folder.nextLink(path);
      await this.#flush.makeFor(file);
      await writeHashed(file, onePiece(digest), { algorithms: [] });
    });
  }

  async commit(record: BackupRecord, blobs: ReadonlySet<Digest>): Promise<void> {
    // Also for a registry without any repository: there is something to put in place.
    await mkdir(this.#folder.nextRepositories, { recursive: true });
    await this.#flush.flush();
    await syncDir(this.#folder.nextDir);
    await writeDurably(this.#folder.nextRecord, formatRecord(record));
    await finishSwap(this.#folder);
    const { layout } = this.#folder;
    await walkBlobs(layout, async ({ digest }) => {
      if (!blobs.has(digest)) await rm(layout.blobDir(digest), { recursive: true, force: true });
    });
  }

  async close(): Promise<void> {
    if (this.#lock === undefined) return;
    await rm(this.#folder.incomingDir, { recursive: true, force: true });
    await this.#lock.release();
  }
}

const onePiece = async function* (text: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(text));
};
