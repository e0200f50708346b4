import type { Digest } from '#oci/digest';
import type { RepositoryName } from '#oci/repository-name';
import type { RegistryParts } from '../parts';
import { walkRepositories } from '../storage/repository-list';
import { findExpiredUploads, type ExpiredUpload } from '../storage/upload-purge';
import { markRepository, type MarkedRepository, type MarkPolicy } from './mark-repository';
import { walkBlobs, type BlobOnDisk } from './walk-blobs';

/** What a collection is going to remove. */
export type CollectionPlan = Readonly<{
  repositories: readonly MarkedRepository[];
  blobs: readonly BlobOnDisk[];
  /** Which links lead to a blob that goes: it stays when one of them does. */
  linksTo: ReadonlyMap<Digest, readonly string[]>;
  uploads: readonly ExpiredUpload[];
  kept: { manifestCount: number; blobCount: number; blobBytes: number };
}>;

/** Marks the whole store, showing each repository to `visit`. Stops between repositories when `signal` fires. */
export async function planCollection(
  parts: RegistryParts,
  policy: MarkPolicy,
  uploadMaxAgeMs: number,
  signal: AbortSignal,
  visit?: (repository: MarkedRepository) => void,
): Promise<CollectionPlan> {
  const marked: MarkedRepository[] = [];
  const keptBlobs = new Set<Digest>();
  const linksTo = new Map<Digest, string[]>();
  const note = (digest: Digest, link: string): void => {
    const links = linksTo.get(digest);
    if (links === undefined) linksTo.set(digest, [link]);
    else links.push(link);
  };
  let manifestCount = 0;
  for (const name of await listFolders(parts)) {
    signal.throwIfAborted();
    const repository = await markRepository(parts, name, policy);
    visit?.(repository);
    manifestCount += repository.keptManifests;
    for (const digest of repository.keptBlobs) keptBlobs.add(digest);
    for (const { digest } of repository.manifests) note(digest, name);
    for (const { target } of repository.layers) note(target, name);
    const { manifests, layers, isEmptied } = repository;
    // Only what has something to remove is held until the end.
    if (manifests.length + layers.length > 0 || isEmptied) {
      marked.push({ ...repository, keptBlobs: new Set() });
    }
  }
  const blobs: BlobOnDisk[] = [];
  const kept = { manifestCount, blobCount: 0, blobBytes: 0 };
  const countedFiles = new Set<string>();
  await walkBlobs(parts.layout, (blob) => {
    signal.throwIfAborted();
    if (!keptBlobs.has(blob.digest) && mayGo(parts, blob, linksTo, policy)) {
      blobs.push(blob);
    } else if (!countedFiles.has(blob.fileId)) {
      countedFiles.add(blob.fileId);
      kept.blobCount += 1;
      kept.blobBytes += blob.sizeBytes;
    }
  });
  const uploads = await findExpiredUploads(parts, policy.nowMs - uploadMaxAgeMs);
  return { repositories: marked, blobs, linksTo, uploads, kept };
}

/**
 * A blob that some link led to has lost its use with that link. One without any link may be a push that is just being
 * finished, or was cut off: it has the grace window.
 */
function mayGo(
  parts: RegistryParts,
  blob: BlobOnDisk,
  linksTo: ReadonlyMap<Digest, readonly string[]>,
  policy: MarkPolicy,
): boolean {
  if (linksTo.has(blob.digest) || parts.guard.isSettled(blob.digest)) return true;
  return policy.nowMs - blob.placedAtMs >= policy.graceMs;
}

async function listFolders(parts: RegistryParts): Promise<RepositoryName[]> {
  const names: RepositoryName[] = [];
  await walkRepositories(parts.layout, (folder) => {
    names.push(folder.name);
  });
  return names.sort();
}

/** Bytes that come free when all of `blobs` go: two names of the same bytes free them once, and only together. */
export function freedBy(blobs: readonly BlobOnDisk[]): number {
  const names = new Map<string, number>();
  let bytes = 0;
  for (const blob of blobs) {
    const removed = (names.get(blob.fileId) ?? 0) + 1;
    names.set(blob.fileId, removed);
    if (removed === blob.nameCount) bytes += blob.sizeBytes;
  }
  return bytes;
}
