import type { GrowthSample } from './growth';

/**
 * Where the space goes: sizes of files in bytes, two names of the same file counted once. Every byte of `totalBytes` is
 * in exactly one of: the unique bytes of a repository, bytes that repositories share, `unreachableBytes`,
 * `unusedBytes`, `uploadBytes`.
 */
export type SpaceReport = Readonly<{
  /** ISO 8601. */
  countedAt: string;
  /** The biggest first. What garbage collection would remove from a repository is not counted for it. */
  repositories: readonly RepositorySpace[];
  /** What a collection of garbage would free now, abandoned uploads with it. */
  unreachableBytes: number;
  /** In use by no repository, and too new to be collected. */
  unusedBytes: number;
  /** Of uploads that may still be completed. */
  uploadBytes: number;
  totalBytes: number;
  /** Oldest first, at most one an hour; the last is this report's. */
  growth: readonly GrowthSample[];
}>;

export type RepositorySpace = Readonly<{
  name: string;
  tagCount: number;
  /** Bytes that would not be needed without this repository. */
  uniqueBytes: number;
  /** Bytes that other repositories use as well; each of them counts them. */
  sharedBytes: number;
}>;
