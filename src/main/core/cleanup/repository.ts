import type { Descriptor } from '#oci/descriptor';
import type { Digest } from '#oci/digest';
import type { Manifest } from '#oci/manifest';
import type { Tag } from '#oci/tag';

/** A manifest with the very bytes it is stored as. */
export type StoredManifest = {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  readonly manifest: Manifest;
};

export type TagList = {
  readonly tags: readonly Tag[];
  /** Why the list may lack something; undefined when it is complete. */
  readonly incomplete?: string;
};

export type ReferrerList = {
  readonly descriptors: readonly Descriptor[];
  /** The registry answers the referrers API (distribution-spec, Listing Referrers). */
  readonly isSupported: boolean;
  readonly incomplete?: string;
};

/**
 * What planning and checking read of one repository. Calls reject with the error of whoever implements them; `isCancelled` of the fault reader tells a cancel.
 */
export type ReadRepository = {
  /** Every tag, over all pages. */
  listTags(signal?: AbortSignal): Promise<TagList>;
  /** Where a tag or digest points now; undefined when there is nothing. */
  resolve(reference: Tag | Digest, signal?: AbortSignal): Promise<Descriptor | undefined>;
  /** Undefined when the registry does not have it. By digest a cache may answer: `resolve` tells what is there. */
  read(reference: Tag | Digest, signal?: AbortSignal): Promise<StoredManifest | undefined>;
  /** The referrers API only; tags of referrers are found in the list of tags. */
  listReferrers(digest: Digest, signal?: AbortSignal): Promise<ReferrerList>;
  hasBlob(digest: Digest, signal?: AbortSignal): Promise<boolean>;
  /** Every manifest, tagged or not, where an interface of the registry lists them. */
  listDigests?(signal?: AbortSignal): Promise<readonly Digest[]>;
};

export type ManifestBytes = Pick<StoredManifest, 'mediaType' | 'bytes'>;

/** What carrying out a plan writes. None of the calls is repeated below this line, and no answer of theirs is believed. */
export type WriteRepository = {
  put(reference: Tag | Digest, content: ManifestBytes, signal?: AbortSignal): Promise<void>;
  remove(reference: Tag | Digest, signal?: AbortSignal): Promise<void>;
  putBlob(bytes: Uint8Array, signal?: AbortSignal): Promise<Digest>;
  /** Where an interface of the registry removes a whole repository. */
  removeRepository?(signal?: AbortSignal): Promise<void>;
};

export type Repository = ReadRepository & WriteRepository;
