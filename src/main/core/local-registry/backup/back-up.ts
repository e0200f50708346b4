import { stat } from 'node:fs/promises';
import type { Digest } from '#oci/digest';
import type { RepositoryName } from '#oci/repository-name';
import { walkBlobs } from '../gc/walk-blobs';
import type { RegistryParts } from '../parts';
import type { StorageOptions, StorageProgress } from '../progress';
import { isMissing } from '../storage/durable';
import { walkRepositories } from '../storage/repository-list';
import { Fingerprint, type BackupRecord, type LeftOut } from './record';
import { readSnapshot, type Link, type RepositorySnapshot } from './snapshot';

/** A blob as it is found in the storage folder. */
export type SourceBlob = Readonly<{
  /** Below the storage folder. */
  path: string;
  file: string;
  digest: Digest;
  sizeBytes: number;
  /** The same for two names of the same bytes; undefined where there is only one. */
  fileId: string | undefined;
}>;

/** Where a backup goes. */
export type BackupTarget = Readonly<{
  /** Refuses a place that must not be written to. */
  open: () => Promise<void>;
  /** Takes a blob, unless it has it. `damaged` when its bytes do not match its digest; it is then left out. */
  putBlob: (
    blob: SourceBlob,
    signal: AbortSignal,
    advance: (bytes: number) => void,
  ) => Promise<'copied' | 'had' | 'damaged'>;
  putLinks: (links: readonly Link[]) => Promise<void>;
  /** Makes what was put the backup, in one step. */
  commit: (record: BackupRecord, blobs: ReadonlySet<Digest>) => Promise<void>;
  /** Ends the work; without a commit, what was there before stays the backup. */
  close: () => Promise<void>;
}>;

/** A backup of the same folder is under way. */
export class BackupRunning extends Error {
  constructor() {
    super('the folder is being backed up; wait until that is done');
    this.name = 'BackupRunning';
  }
}

export type BackupReport = Readonly<{
  /** ISO 8601. */
  startedAt: string;
  endedAt: string;
  repositoryCount: number;
  tagCount: number;
  blobCount: number;
  /** All blobs of the backup. */
  blobBytes: number;
  /** Those that an earlier backup in the same place did not have. */
  copiedBlobs: number;
  copiedBytes: number;
  /** What could not be backed up because it is damaged or gone in the storage folder itself. */
  leftOut: readonly LeftOut[];
}>;

/**
 * Backs the folder up while it is served. Every repository is taken as of one moment. Nothing may collect garbage
 * meanwhile; the caller sees to that.
 */
export async function backUp(
  parts: RegistryParts,
  target: BackupTarget,
  options: StorageOptions,
): Promise<BackupReport> {
  const run = new BackupRun(parts, target, options);
  try {
    await target.open();
    return await run.run();
  } finally {
    await target.close();
  }
}

class BackupRun {
  readonly #startedAt = new Date().toISOString();
  readonly #signal: AbortSignal;
  readonly #fingerprint = new Fingerprint();
  readonly #blobs = new Set<Digest>();
  readonly #leftOut = new Map<Digest, LeftOut>();
  #linkCount = 0;
  #repositoryCount = 0;
  #tagCount = 0;
  #blobBytes = 0;
  #copiedBlobs = 0;
  #copiedBytes = 0;
  #completedBytes = 0;
  #totalBytes = 0;
  #step = 'Looking at what is there';

  constructor(
    readonly parts: RegistryParts,
    readonly target: BackupTarget,
    readonly options: StorageOptions,
  ) {
    this.#signal = options.signal ?? new AbortController().signal;
  }

  async run(): Promise<BackupReport> {
    const names: RepositoryName[] = [];
    await walkRepositories(this.parts.layout, ({ name, hasManifests, hasLayers }) => {
      if (hasManifests || hasLayers) names.push(name);
    });
    await walkBlobs(this.parts.layout, ({ sizeBytes }) => {
      this.#signal.throwIfAborted();
      this.#totalBytes += sizeBytes;
    });
    for (const name of names.sort()) {
      this.#step = `Backing up ${name}`;
      this.#report();
      await this.#takeRepository(await readSnapshot(this.parts.layout, name));
    }
    this.#signal.throwIfAborted();
    this.#step = 'Finishing';
    // What nothing leads to was counted at the start and is not taken.
    this.#completedBytes = this.#totalBytes;
    this.#report();
    await this.target.commit(this.#toRecord(), this.#blobs);
    return this.#toReport();
  }

  async #takeRepository(snapshot: RepositorySnapshot): Promise<void> {
    if (snapshot.links.length === 0) return;
    this.#repositoryCount += 1;
    this.#tagCount += snapshot.tagCount;
    for (const digest of snapshot.blobs) {
      this.#signal.throwIfAborted();
      if (!this.#blobs.has(digest) && !this.#leftOut.has(digest)) await this.#takeBlob(digest);
    }
    for (const { path, digest } of snapshot.links) this.#fingerprint.add(path, digest);
    this.#linkCount += snapshot.links.length;
    await this.target.putLinks(snapshot.links);
  }

  async #takeBlob(digest: Digest): Promise<void> {
    const blob = await this.#findBlob(digest);
    if (blob === undefined) {
      this.#leftOut.set(digest, { digest, why: 'missing' });
      return;
    }
    const before = this.#completedBytes;
    const outcome = await this.target.putBlob(blob, this.#signal, (bytes) => {
      this.#completedBytes += bytes;
      this.#report();
    });
    this.#completedBytes = before + blob.sizeBytes;
    this.#report();
    if (outcome === 'damaged') {
      this.#leftOut.set(digest, { digest, why: 'damaged' });
      return;
    }
    this.#blobs.add(digest);
    this.#blobBytes += blob.sizeBytes;
    this.#fingerprint.add(blob.path, String(blob.sizeBytes));
    if (outcome === 'had') return;
    this.#copiedBlobs += 1;
    this.#copiedBytes += blob.sizeBytes;
  }

  async #findBlob(digest: Digest): Promise<SourceBlob | undefined> {
    const { blobs, layout } = this.parts;
    const file = blobs.blobFile(digest);
    try {
      const { size, nlink, dev, ino } = await stat(file);
      const fileId = nlink > 1 ? `${dev}:${ino}` : undefined;
      const path = file.slice(layout.storageDir.length + 1);
      return { path, file, digest, sizeBytes: size, fileId };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  #report(): void {
    const progress: StorageProgress = {
      completed: Math.min(this.#completedBytes, this.#totalBytes),
      total: this.#totalBytes,
      unit: 'bytes',
      step: this.#step,
    };
    this.options.progress?.(progress);
  }

  #toRecord(): BackupRecord {
    return {
      version: 1,
      createdAt: this.#startedAt,
      linkCount: this.#linkCount,
      blobCount: this.#blobs.size,
      blobBytes: this.#blobBytes,
      fingerprint: this.#fingerprint.format(),
      leftOut: [...this.#leftOut.values()],
    };
  }

  #toReport(): BackupReport {
    return {
      startedAt: this.#startedAt,
      endedAt: new Date().toISOString(),
      repositoryCount: this.#repositoryCount,
      tagCount: this.#tagCount,
      blobCount: this.#blobs.size,
      blobBytes: this.#blobBytes,
      copiedBlobs: this.#copiedBlobs,
      copiedBytes: this.#copiedBytes,
      leftOut: [...this.#leftOut.values()],
    };
  }
}
