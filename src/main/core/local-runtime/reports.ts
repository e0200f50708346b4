/** Where the space goes. Sizes in bytes on disk; bytes that two repositories use are `sharedBytes` in both. */
export type SpaceReport = {
  /** ISO 8601. */
  readonly countedAt: string;
  readonly repositories: readonly {
    readonly name: string;
    readonly tagCount: number;
    readonly uniqueBytes: number;
    readonly sharedBytes: number;
  }[];
  /** What garbage collection would bring back. */
  readonly unreachableBytes: number;
  readonly uploadBytes: number;
  readonly totalBytes: number;
  /** At most one sample an hour, oldest first. */
  readonly growth: readonly { readonly at: string; readonly totalBytes: number }[];
};

export type Collection = {
  readonly isPreview: boolean;
  readonly freedBytes: number;
  readonly durationMs: number;
  readonly isInterrupted: boolean;
  /** Bounded; `manifestCount` says how many there are. */
  readonly manifests: readonly {
    readonly repository: string;
    readonly digest: string;
    readonly sizeBytes: number;
  }[];
  readonly blobs: readonly { readonly digest: string; readonly sizeBytes: number }[];
  readonly manifestCount: number;
  readonly blobCount: number;
  readonly uploadCount: number;
  /** Repositories with nothing left in them. */
  readonly repositories: readonly string[];
  readonly keptBytes: number;
};

export type Check = {
  readonly isDeep: boolean;
  readonly durationMs: number;
  readonly counts: {
    readonly repositories: number;
    readonly tags: number;
    readonly manifests: number;
    readonly blobs: number;
    readonly bytes: number;
  };
  /** Bounded; `problemCount` and `noteCount` say how many there are. */
  readonly problems: readonly {
    readonly severity: 'problem' | 'note';
    readonly message: string;
    readonly path: string;
    readonly repository?: string;
    readonly tag?: string;
    readonly digest?: string;
  }[];
  readonly problemCount: number;
  readonly noteCount: number;
};

/** A folder, or one archive file. */
export type BackupPlace = { readonly kind: 'folder' | 'archive'; readonly path: string };
