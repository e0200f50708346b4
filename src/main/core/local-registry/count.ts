import type { RegistryParts } from './parts';

/** What is in the folder now. */
export type FolderCount = Readonly<{
  /** Blobs and uploads, on disk; two names of the same bytes count once. */
  usedBytes: number;
  repositoryCount: number;
  tagCount: number;
}>;

/** Reads the size of every blob and the names of all tags, so it takes a moment on large stores. */
export async function countFolder(parts: RegistryParts): Promise<FolderCount> {
  const usedBytes = await parts.room.recount();
  const names = await parts.repositories.list();
  let tagCount = 0;
  for (const name of names) tagCount += (await parts.tags.list(name))?.names.length ?? 0;
  return { usedBytes, repositoryCount: names.length, tagCount };
}
