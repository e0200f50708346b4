import type { RegistryParts } from './parts';
import { walkBlobs } from './gc/walk-blobs';
import type { UsageEntry } from './usage';

export type RepositoryStatistics = Readonly<{
  name: string;
  tagCount: number;
  usage: UsageEntry;
  /** Only tags that were pushed or pulled since counting began. */
  tags: Readonly<Record<string, UsageEntry>>;
}>;

export type RegistryStatistics = Readonly<{
  repositories: readonly RepositoryStatistics[];
  blobCount: number;
  /** Bytes on disk; two names of the same bytes count once. */
  blobBytes: number;
}>;

const noUsage: UsageEntry = { pullCount: 0, pushCount: 0, lastPulledAtMs: 0, lastPushedAtMs: 0 };

/** Counts what is in the folder now and how it was used. Reads every blob's size, so it takes a moment on large stores. */
export async function gatherStatistics(parts: RegistryParts): Promise<RegistryStatistics> {
  const repositories: RepositoryStatistics[] = [];
  for (const name of await parts.repositories.list()) {
    const usage = parts.usage.of(name);
    repositories.push({
      name,
      tagCount: (await parts.tags.list(name))?.names.length ?? 0,
      usage: usage?.total ?? noUsage,
      tags: Object.fromEntries(usage?.tags ?? []),
    });
  }
  const files = new Set<string>();
  let blobBytes = 0;
  await walkBlobs(parts.layout, (blob) => {
    if (files.has(blob.fileId)) return;
    files.add(blob.fileId);
    blobBytes += blob.sizeBytes;
  });
  return { repositories, blobCount: files.size, blobBytes };
}
