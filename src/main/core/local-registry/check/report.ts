export type CheckProblemKind =
  /** A link file whose text is no digest, or has something around it. */
  | 'link-unreadable'
  | 'link-inexact'
  /** A tag without a manifest behind it. */
  | 'tag-dangling'
  /** A revision whose bytes are gone, damaged or no manifest. */
  | 'manifest-missing'
  | 'manifest-damaged'
  /** A layer link whose bytes are gone. */
  | 'blob-missing'
  /** Bytes that do not match their digest or the size a manifest gives. */
  | 'blob-damaged'
  | 'blob-size-wrong'
  /** What a manifest names and the repository does not have: legal for sparse images and non-distributable layers. */
  | 'content-absent'
  /** An entry that no registry of this kind writes. */
  | 'entry-unknown';

/** One thing that is wrong. `path` is below the storage folder. */
export type CheckProblem = Readonly<{
  kind: CheckProblemKind;
  /** A note is no loss: everything that a manifest needs can be served all the same. */
  severity: 'problem' | 'note';
  path: string;
  message: string;
  repository?: string;
  tag?: string;
  digest?: string;
}>;

export type CheckReport = {
  startedAt: string;
  endedAt: string;
  /** Whether the bytes of all blobs were hashed as well. */
  isDeep: boolean;
  counts: { repositories: number; tags: number; manifests: number; blobs: number; bytes: number };
  problems: CheckProblem[];
};
