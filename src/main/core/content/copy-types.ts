import type { Descriptor } from '#oci/descriptor';
import type { Digest } from '#oci/digest';
import type { Platform } from '#oci/platform';
import type { Tag } from '#oci/tag';
import type { ContentSource, ContentTarget, ManifestContent } from './content-store';

/** One manifest to copy with everything below it, and the tags it gets at the target. */
export type CopyItem = { readonly reference: Tag | Digest; readonly tags: readonly Tag[] };

export type CopyRequest = {
  readonly source: ContentSource;
  readonly target: ContentTarget;
  readonly items: readonly CopyItem[];
  /** Only these platforms of an index: it gets another digest, and signatures of the old one do not go along. */
  readonly platforms?: readonly Platform[] | undefined;
  /** Signatures, SBOMs and whatever else is attached go along; true unless told otherwise. */
  readonly withReferrers?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
};

export type CopyWarning = {
  readonly code:
    'platforms-dropped' | 'child-missing' | 'foreign-layer-missing' | 'tag-overwritten';
  /** Plain words for a person. */
  readonly message: string;
  readonly digest?: Digest;
};

/** A manifest of a copy. Its blobs and children come before it. */
export type PlannedManifest = ManifestContent & {
  readonly children: readonly Digest[];
  readonly blobs: readonly Digest[];
  /** It is attached to this digest. */
  readonly subject?: Digest | undefined;
  readonly isPresent: boolean;
};

export type PlannedBlob = {
  readonly descriptor: Descriptor;
  /** The manifests that need it. */
  readonly neededBy: readonly Digest[];
  readonly isForeign: boolean;
  readonly isPresent: boolean;
};

export type PlannedTag = {
  readonly tag: Tag;
  readonly digest: Digest;
  readonly action: 'create' | 'overwrite' | 'unchanged';
  /** Where the tag points now; what puts it back. */
  readonly replaces?: Digest | undefined;
};

/** What a copy would do. Nothing was written to make it. */
export type CopyPlan = {
  readonly source: ContentSource;
  readonly target: ContentTarget;
  /** Children before parents, subjects before what is attached to them. */
  readonly manifests: readonly PlannedManifest[];
  /** Big ones first. */
  readonly blobs: readonly PlannedBlob[];
  readonly tags: readonly PlannedTag[];
  readonly bytesToSend: number;
  readonly bytesPresent: number;
  readonly warnings: readonly CopyWarning[];
};

export type CopyEvent =
  | {
      readonly kind: 'blob';
      readonly digest: Digest;
      readonly state: 'present' | 'mounted' | 'sending' | 'sent' | 'skipped';
      readonly sentBytes: number;
      readonly sizeBytes: number;
    }
  | {
      readonly kind: 'retry';
      readonly digest: Digest;
      readonly attempt: number;
      readonly error: Error;
    }
  | { readonly kind: 'manifest'; readonly digest: Digest }
  | {
      readonly kind: 'tag';
      readonly tag: Tag;
      readonly digest: Digest;
      readonly replaced?: Digest;
    };

export type CopyReport = {
  readonly sentBlobs: number;
  readonly sentBytes: number;
  readonly mountedBlobs: number;
  readonly presentBlobs: number;
  /** Foreign layers that the source does not have either. */
  readonly skippedBlobs: readonly Digest[];
  readonly manifests: number;
  readonly tags: readonly PlannedTag[];
};
