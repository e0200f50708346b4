import type { ArtifactKind } from '#oci/artifact-type';
import type { Descriptor } from '#oci/descriptor';
import type { Digest } from '#oci/digest';
import type { Tag } from '#oci/tag';
import type { CapabilityName } from './capabilities';

/** What a person asks for. Several requests on one repository make one plan. */
export type ChangeRequest =
  /** One more name for what the repository holds. */
  | { readonly kind: 'tag'; readonly tag: Tag; readonly digest: Digest }
  | { readonly kind: 'move-tag'; readonly tag: Tag; readonly digest: Digest }
  | { readonly kind: 'rename-tag'; readonly from: Tag; readonly to: Tag }
  /** The name goes, the image stays. */
  | { readonly kind: 'untag'; readonly tag: Tag }
  /** The name goes, and the image with it where nothing else reaches it. */
  | { readonly kind: 'delete-tag'; readonly tag: Tag }
  /** `tags`: every tag on the digest that the person has seen and gives up. One that is missing here keeps the image. */
  | { readonly kind: 'delete-image'; readonly digest: Digest; readonly tags: readonly Tag[] }
  | { readonly kind: 'delete-repository' };

export type Verdict =
  | 'add-tag'
  | 'move-tag'
  | 'untag'
  | 'delete'
  | 'update-list'
  /** Comes back by an undo. */
  | 'restore'
  | 'keep'
  /** Stays, and points to a subject that goes. */
  | 'dangling'
  /** Was asked for and is not done. */
  | 'refused';

/** Why a verdict is what it is. `formatReason` says it in a sentence. */
export type Reason =
  | { readonly code: 'asked' }
  | { readonly code: 'renamed'; readonly to: Tag }
  | { readonly code: 'belongs-to'; readonly digest: Digest }
  | { readonly code: 'child-of'; readonly digest: Digest }
  | { readonly code: 'referrer-of'; readonly digest: Digest }
  | { readonly code: 'same-digest'; readonly digest: Digest }
  | { readonly code: 'tagged'; readonly tags: readonly Tag[] }
  | { readonly code: 'needed-by-index'; readonly digest: Digest; readonly tags: readonly Tag[] }
  | { readonly code: 'needed-by-subject'; readonly digest: Digest; readonly tags: readonly Tag[] }
  | { readonly code: 'needed-by-referrer'; readonly digest: Digest; readonly tags: readonly Tag[] }
  | { readonly code: 'subject-goes'; readonly digest: Digest }
  | { readonly code: 'not-known'; readonly what: string; readonly why: string }
  | { readonly code: 'image-stays' }
  | { readonly code: 'not-there' }
  | { readonly code: 'already-so' }
  | { readonly code: 'tag-exists'; readonly digest: Digest };

export type ItemRole = 'asked' | 'same-digest' | 'child' | 'referrer' | 'attached-tag' | 'list';

/** One row of the plan. */
export type PlanItem = {
  readonly target:
    | { readonly kind: 'tag'; readonly tag: Tag; readonly digest?: Digest }
    | { readonly kind: 'manifest'; readonly digest: Digest };
  readonly role: ItemRole;
  readonly verdict: Verdict;
  readonly reason: Reason;
  /** Of the manifest, where it is known. */
  readonly artifact?: ArtifactKind;
};

export type UntagMethod = 'delete-by-tag' | 'placeholder';

/** One change at the registry. `requests`: how many calls it takes when all goes well. */
export type PlanStep =
  | {
      readonly kind: 'put-manifest';
      readonly digest: Digest;
      readonly mediaType: string;
      readonly requests: number;
    }
  | {
      readonly kind: 'put-tag';
      readonly tag: Tag;
      readonly digest: Digest;
      readonly mediaType: string;
      /** What the tag points to before; undefined when it is free. */
      readonly before?: Digest;
      readonly requests: number;
    }
  | {
      readonly kind: 'untag';
      readonly tag: Tag;
      readonly digest: Digest;
      readonly method: UntagMethod;
      /** Other tags on the digest, which must survive. */
      readonly siblings: readonly Tag[];
      /** The image that the tag belongs to and goes with: cosign's, or a list of referrers. */
      readonly owner?: Digest;
      readonly requests: number;
    }
  | {
      readonly kind: 'delete-manifest';
      readonly digest: Digest;
      /** The tags that go with it: all that it has. */
      readonly tags: readonly Tag[];
      /** What refers to it as far as the plan knows, lists of referrers too; a newer one keeps it. */
      readonly referrers: readonly Digest[];
      readonly requests: number;
    }
  | {
      readonly kind: 'update-list';
      readonly tag: Tag;
      readonly before?: Digest;
      readonly remove: readonly Digest[];
      readonly add: readonly Descriptor[];
      readonly requests: number;
    }
  | { readonly kind: 'remove-repository'; readonly requests: number };

/** Something that stands in the way of the whole plan, and what would allow it. */
export type Blocker = {
  readonly code:
    | 'read-only'
    | 'cannot-push'
    | 'cannot-delete'
    | 'cannot-untag'
    | 'capability-unknown'
    | 'tags-not-known'
    | 'nothing-to-do';
  readonly capability?: CapabilityName;
  readonly message: string;
  /** The registry's own setting or right that would allow it. */
  readonly setting?: string;
};

/** A tag that asks a second time. */
export type Confirmation = { readonly tag: Tag; readonly pattern: string };

/** What comes back when the deleted manifests' blobs are collected. */
export type FreedBytes = {
  /** Used by nothing else in this repository; other repositories may still share blobs. */
  readonly uniqueBytes: number;
  /** Some sizes are not recorded (schema 1), so it is at least this much. */
  readonly isLowerBound: boolean;
  readonly comesBack: 'at-once' | 'after-garbage-collection' | 'unknown';
};

export type PlanSummary = {
  readonly added: number;
  readonly moved: number;
  readonly untagged: number;
  readonly deletedImages: number;
  readonly deletedManifests: number;
};

/** A change of one repository, thought through and not begun. Plain JSON. */
export type Plan = {
  readonly requests: readonly ChangeRequest[];
  readonly items: readonly PlanItem[];
  readonly steps: readonly PlanStep[];
  readonly blockers: readonly Blocker[];
  readonly confirmations: readonly Confirmation[];
  readonly freed: FreedBytes;
  readonly summary: PlanSummary;
  /** Manifests whose bytes are kept before the first step. */
  readonly keep: readonly Digest[];
  /** The tag map that the plan was made from. */
  readonly tagsBefore: Readonly<Record<string, Digest>>;
  /** Sum over the steps, and the checks around them. */
  readonly requestCount: number;
  /** Manifests without a tag could not be listed, so an index without a tag that needs a child cannot be seen. */
  readonly mayHideUntagged: boolean;
  /** The registry goes on listing the name after the last image has gone. */
  readonly leavesEmptyRepository: boolean;
};
