import { readdir, rm, rmdir } from 'node:fs/promises';
import type { Digest } from '#oci/digest';
import { digestAlgorithm, digestEncoded } from '#oci/digest';
import type { RegistryParts } from '../parts';
import { hasErrorCode, isMissing } from '../storage/durable';
import { layerKey } from '../storage/layer-store';
import { revisionKey } from '../storage/manifest-store';
import { removeExpiredUpload } from '../storage/upload-purge';
import type { Collection } from './content-guard';
import type { MarkedRepository } from './mark-repository';
import { freedBy, type CollectionPlan } from './plan';
import type { CollectionReport } from './report';
import type { BlobOnDisk } from './walk-blobs';

/**
 * Removes what was planned: manifests, then links, then bytes, so that a cut at any moment leaves nothing that leads
 * nowhere. Before each removal it asks whether a request came to rely on it since the marking.
 */
export async function sweep(
  parts: RegistryParts,
  collection: Collection,
  plan: CollectionPlan,
  report: CollectionReport,
  signal: AbortSignal,
): Promise<void> {
  const spared = new Set<string>();
  for (const repository of plan.repositories) {
    if (signal.aborted) return;
    await sweepRepository(parts, collection, repository, report, spared, signal);
  }
  const removed: BlobOnDisk[] = [];
  for (const blob of plan.blobs) {
    if (signal.aborted) break;
    const isUsed = (plan.linksTo.get(blob.digest) ?? []).some((name) => spared.has(name));
    if (isUsed || !(await removeBlob(parts, collection, blob))) continue;
    removed.push(blob);
    report.blobs.push({ digest: blob.digest, sizeBytes: blob.sizeBytes });
  }
  report.freedBytes += freedBy(removed);
  for (const upload of plan.uploads) {
    if (signal.aborted) return;
    if (!(await removeExpiredUpload(parts, upload))) continue;
    report.uploads.push({ repository: upload.name, id: upload.id, sizeBytes: upload.sizeBytes });
    report.freedBytes += upload.sizeBytes;
  }
}

async function sweepRepository(
  parts: RegistryParts,
  collection: Collection,
  repository: MarkedRepository,
  report: CollectionReport,
  spared: Set<string>,
  signal: AbortSignal,
): Promise<void> {
  const { name } = repository;
  for (const { digest, sizeBytes } of repository.manifests) {
    if (signal.aborted || collection.written.has(name)) {
      spared.add(name);
      return;
    }
    if (collection.touched.has(revisionKey(name, digest))) {
      spared.add(name);
      continue;
    }
    await removeManifest(parts, name, digest);
    report.manifests.push({ repository: name, digest, sizeBytes });
  }
  if (repository.manifests.length > 0) {
    await removeHistory(parts, name, new Set(repository.manifests.map(({ digest }) => digest)));
  }
  for (const { digest } of repository.layers) {
    if (signal.aborted || collection.written.has(name)) {
      spared.add(name);
      return;
    }
    const key = layerKey(name, digest);
    if (collection.touched.has(key)) {
      spared.add(name);
      continue;
    }
    await parts.guard.condemn(key, async () => {
      await parts.layers.remove(name, digest);
    });
    report.layers.push({ repository: name, digest });
  }
  if (repository.isEmptied && !collection.written.has(name)) {
    if (await removeEmptyRepository(parts, name)) report.repositories.push(name);
  }
}

async function removeManifest(parts: RegistryParts, name: string, digest: Digest): Promise<void> {
  parts.answers.forget(name);
  await parts.guard.condemn(revisionKey(name, digest), async () => {
    await parts.manifests.removeLinkOnly(name, digest);
  });
  parts.answers.forget(name);
  parts.referrers.remove(name, [digest]);
}

/** Takes removed manifests out of the history of every tag, as distribution's collection does. */
async function removeHistory(
  parts: RegistryParts,
  name: string,
  digests: ReadonlySet<Digest>,
): Promise<void> {
  for (const tag of (await parts.tags.list(name))?.names ?? []) {
    for (const digest of digests) {
      const dir = `${parts.layout.tagDir(name, tag)}/index/${digestAlgorithm(digest)}/${digestEncoded(digest)}`;
      await rm(dir, { recursive: true, force: true });
    }
  }
}

/** False when a request holds the blob, or the system does (an open file on Windows). */
async function removeBlob(
  parts: RegistryParts,
  collection: Collection,
  { digest }: BlobOnDisk,
): Promise<boolean> {
  if (parts.guard.isHeld(digest) || collection.touched.has(digest)) return false;
  try {
    await parts.guard.condemn(digest, () => parts.blobs.remove(digest));
  } catch (error) {
    if (hasErrorCode(error, 'EBUSY', 'EPERM', 'ENOTEMPTY')) return false;
    throw error;
  }
  parts.manifests.forget(digest);
  return true;
}

/** Folders of a repository that go when they are empty, innermost first. */
const repositoryFolders = [
  '_manifests/tags',
  '_manifests/revisions/sha256',
  '_manifests/revisions/sha512',
  '_manifests/revisions',
  '_manifests',
  '_layers/sha256',
  '_layers/sha512',
  '_layers',
  '_uploads',
  '',
];

/** Removes a repository folder by folder, each only when nothing is in it, and then the namespaces above it (pain 6). */
async function removeEmptyRepository(parts: RegistryParts, name: string): Promise<boolean> {
  const dir = parts.layout.repositoryDir(name);
  for (const algorithm of ['sha256', 'sha512']) {
    await removeEmptyChildren(`${dir}/_manifests/revisions/${algorithm}`);
    await removeEmptyChildren(`${dir}/_layers/${algorithm}`);
  }
  for (const folder of repositoryFolders) await removeIfEmpty(`${dir}/${folder}`);
  if (await hasEntries(`${dir}/_manifests`)) return false;
  parts.repositories.remove(name as MarkedRepository['name']);
  parts.usage.forgetRepository(name);
  for (let end = name.lastIndexOf('/'); end > 0; end = name.lastIndexOf('/', end - 1)) {
    if (!(await removeIfEmpty(parts.layout.repositoryDir(name.slice(0, end))))) break;
  }
  return true;
}

async function removeEmptyChildren(dir: string): Promise<void> {
  for (const child of await listOrEmpty(dir)) await removeIfEmpty(`${dir}/${child}`);
}

async function removeIfEmpty(dir: string): Promise<boolean> {
  try {
    await rmdir(dir);
    return true;
  } catch (error) {
    if (isMissing(error)) return true;
    if (hasErrorCode(error, 'ENOTEMPTY', 'EEXIST', 'EBUSY', 'EPERM')) return false;
    throw error;
  }
}

const hasEntries = async (dir: string): Promise<boolean> => (await listOrEmpty(dir)).length > 0;

async function listOrEmpty(dir: string): Promise<string[]> {
  try {
    return await readdir(dir);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
