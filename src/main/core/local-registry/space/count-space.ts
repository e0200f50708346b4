import type { Digest } from '#oci/digest';
import type { MarkPolicy } from '../gc/mark-repository';
import { freedBy, planCollection } from '../gc/plan';
import { walkBlobs } from '../gc/walk-blobs';
import type { RegistryParts } from '../parts';
import type { StorageOptions } from '../progress';
import { listUploads } from '../storage/upload-purge';
import type { Growth } from './growth';
import type { RepositorySpace, SpaceReport } from './report';

export type SpaceOptions = StorageOptions &
  Readonly<{
    /** As in a collection of garbage: decides what would go. */
    graceMs: number;
    keepUntagged?: boolean;
  }>;

/** The bytes behind one or more digests, and how many repositories use them. */
type BlobFile = { sizeBytes: number; userCount: number };

/** One for all repositories that name a digest, so that a name costs them a pointer. */
type Named = { file: BlobFile | undefined };

const progressEvery = 256;

/** Counts what every repository uses, alone and with others. Only looks; requests go on meanwhile. */
export async function countSpace(
  parts: RegistryParts,
  growth: Growth,
  uploadMaxAgeMs: number,
  options: SpaceOptions,
): Promise<SpaceReport> {
  const nowMs = Date.now();
  const { graceMs, keepUntagged = false } = options;
  const policy: MarkPolicy = { nowMs, graceMs, keepUntagged };
  const counting = new SpaceCounting(parts, options);
  const report = await counting.count(policy, uploadMaxAgeMs);
  await growth.add(nowMs, report.totalBytes, !parts.isReadOnly);
  return { ...report, countedAt: new Date(nowMs).toISOString(), growth: await growth.list() };
}

class SpaceCounting {
  readonly #named = new Map<Digest, Named>();
  readonly #repositories: { name: string; uses: readonly Named[] }[] = [];
  readonly #signal: AbortSignal;

  constructor(
    readonly parts: RegistryParts,
    readonly options: StorageOptions,
  ) {
    this.#signal = options.signal ?? new AbortController().signal;
  }

  async count(
    policy: MarkPolicy,
    uploadMaxAgeMs: number,
  ): Promise<Omit<SpaceReport, 'countedAt' | 'growth'>> {
    const plan = await planCollection(this.parts, policy, uploadMaxAgeMs, this.#signal, (marked) =>
      this.#note(marked.name, marked.keptBlobs),
    );
    const blobBytes = await this.#findFiles();
    const repositories = await this.#describeRepositories();
    const uploads = await listUploads(this.parts.layout);
    const allUploads = uploads.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const expired = plan.uploads.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const freedBlobBytes = freedBy(plan.blobs);
    const usedBytes = this.#usedBytes();
    return {
      repositories,
      unreachableBytes: freedBlobBytes + expired,
      unusedBytes: Math.max(0, blobBytes - usedBytes - freedBlobBytes),
      uploadBytes: Math.max(0, allUploads - expired),
      totalBytes: blobBytes + Math.max(allUploads, expired),
    };
  }

  #note(name: string, digests: ReadonlySet<Digest>): void {
    const uses = [...digests].map((digest) => {
      const known = this.#named.get(digest);
      if (known !== undefined) return known;
      const fresh: Named = { file: undefined };
      this.#named.set(digest, fresh);
      return fresh;
    });
    this.#repositories.push({ name, uses });
    const completed = this.#repositories.length;
    if (completed % progressEvery === 1) {
      this.options.progress?.({ completed, unit: 'steps', step: `Reading ${name}` });
    }
  }

  /** Finds the file of every name; returns the bytes of all files, used or not. */
  async #findFiles(): Promise<number> {
    const files = new Map<string, BlobFile>();
    let blobBytes = 0;
    let completed = 0;
    await walkBlobs(this.parts.layout, (blob) => {
      this.#signal.throwIfAborted();
      const known = files.get(blob.fileId);
      const file = known ?? { sizeBytes: blob.sizeBytes, userCount: 0 };
      if (known === undefined) blobBytes += blob.sizeBytes;
      files.set(blob.fileId, file);
      const named = this.#named.get(blob.digest);
      if (named !== undefined) named.file = file;
      completed += 1;
      if (completed % progressEvery === 0) {
        this.options.progress?.({ completed, unit: 'blobs', step: 'Counting blobs' });
      }
    });
    return blobBytes;
  }

  async #describeRepositories(): Promise<RepositorySpace[]> {
    const all = this.#repositories.map(({ name, uses }) => ({ name, files: filesOf(uses) }));
    for (const { files } of all) for (const file of files) file.userCount += 1;
    const described: RepositorySpace[] = [];
    for (const { name, files } of all) {
      this.#signal.throwIfAborted();
      let uniqueBytes = 0;
      let sharedBytes = 0;
      for (const { sizeBytes, userCount } of files) {
        if (userCount === 1) uniqueBytes += sizeBytes;
        else sharedBytes += sizeBytes;
      }
      const tagCount = (await this.parts.tags.list(name))?.names.length ?? 0;
      // A folder in which only an upload was ever begun is no repository yet.
      if (files.size === 0 && tagCount === 0) continue;
      described.push({ name, tagCount, uniqueBytes, sharedBytes });
    }
    return described.sort(
      (left, right) =>
        right.uniqueBytes + right.sharedBytes - (left.uniqueBytes + left.sharedBytes) ||
        (left.name < right.name ? -1 : 1),
    );
  }

  #usedBytes(): number {
    const used = new Set<BlobFile>();
    for (const { file } of this.#named.values()) if (file !== undefined) used.add(file);
    return [...used].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  }
}

/** Two digests of the same bytes are one file. */
function filesOf(uses: readonly Named[]): ReadonlySet<BlobFile> {
  const files = new Set<BlobFile>();
  for (const { file } of uses) if (file !== undefined) files.add(file);
  return files;
}

/** Bytes of all blobs and uploads: what a growth sample holds. */
export async function countTotal(parts: RegistryParts): Promise<number> {
  const files = new Set<string>();
  let totalBytes = 0;
  // Before the blobs: an upload that becomes one meanwhile is counted twice, which is better than not at all.
  for (const { sizeBytes } of await listUploads(parts.layout)) totalBytes += sizeBytes;
  await walkBlobs(parts.layout, (blob) => {
    if (files.has(blob.fileId)) return;
    files.add(blob.fileId);
    totalBytes += blob.sizeBytes;
  });
  return totalBytes;
}
