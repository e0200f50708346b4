/** What a collection removed, or would remove. Sizes are in bytes, times in ISO 8601. */
export type CollectionReport = {
  isDryRun: boolean;
  startedAt: string;
  endedAt: string;
  /** Start of an earlier collection that was cut off and is finished by this one. */
  resumedFrom: string | null;
  /** The collection was told to stop; the rest goes with the next one. */
  isInterrupted: boolean;
  manifests: { repository: string; digest: string; sizeBytes: number }[];
  /** Blobs that a repository no longer uses; the bytes go when no repository does. */
  layers: { repository: string; digest: string }[];
  blobs: { digest: string; sizeBytes: number }[];
  uploads: { repository: string; id: string; sizeBytes: number }[];
  /** Repositories with nothing left in them. */
  repositories: string[];
  freedBytes: number;
  kept: { manifestCount: number; blobCount: number; blobBytes: number };
};
