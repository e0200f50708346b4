import type { Descriptor } from '#oci/descriptor';
import type { Digest } from '#oci/digest';
import type { Manifest } from '#oci/manifest';
import type { RepositoryName } from '#oci/repository-name';
import type { Tag } from '#oci/tag';

export type CallOptions = { readonly signal?: AbortSignal | undefined };

/** A manifest as it is stored: these bytes and no others have the digest. */
export type ManifestContent = {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
};

export type StoredManifest = ManifestContent & { readonly manifest: Manifest };

/** A blob that is being read. */
export type OpenedContent = {
  /** The store itself hashes the whole blob and throws instead of ending when the hash is another. */
  readonly isVerified: boolean;
  /** Back-pressure comes from the reader: nothing is read ahead but what the system buffers. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Frees what is open; needed when the body is not read to its end. */
  close(): void;
};

/** Where a blob comes from, for a store that is given one. */
export type BlobContent = {
  /** Bytes from `startBytes` on. May be asked for again after a failure. */
  open(startBytes: number): Promise<OpenedContent>;
};

export type StoredReferrer = {
  readonly descriptor: Descriptor;
  /** cosign 1 and 2 hang theirs under a tag of this name, which belongs to a copy. */
  readonly cosignTag?: Tag;
};

/** A repository on a registry: two stores with the same registry can mount each other's blobs. */
export type StoreHome = { readonly registry: string; readonly repository: RepositoryName };

/** What content can be read from. Calls reject with ContentError, or RegistryError for a registry. */
export type ContentSource = {
  /** For messages: `registry.example/team/app`, or the path of a file. */
  readonly name: string;
  readonly home?: StoreHome | undefined;
  /** Where a reference points now; undefined when there is nothing. */
  resolve(reference: Tag | Digest, options?: CallOptions): Promise<Descriptor | undefined>;
  /** Bytes that were checked against their digest. Rejects `not-found`. */
  getManifest(reference: Tag | Digest, options?: CallOptions): Promise<StoredManifest>;
  openBlob(
    descriptor: Descriptor,
    options?: CallOptions & { readonly startBytes?: number },
  ): Promise<OpenedContent>;
  listTags(options?: CallOptions): Promise<readonly Tag[]>;
  /** Everything attached to a digest. `knownTags` saves asking for tags that are not there. */
  referrers(
    digest: Digest,
    options?: CallOptions & { readonly knownTags?: ReadonlySet<string> | undefined },
  ): Promise<readonly StoredReferrer[]>;
  /** Frees connections and files. Nothing can be read afterwards. */
  close(): Promise<void>;
};

export type PutBlobOptions = CallOptions & {
  /** An upload that was cut off, as `onSession` named it: it goes on where the store says it stands. */
  readonly session?: string | undefined;
  /** Called when an upload can be continued later; undefined when there is no longer anything to continue. */
  readonly onSession?: ((session: string | undefined) => void) | undefined;
};

/** `session` is an upload that the registry opened instead of mounting (distribution-spec, Mounting a blob). */
export type MountAnswer =
  | { readonly isMounted: true; readonly session?: undefined }
  | { readonly isMounted: false; readonly session?: string };

/** What content can be copied to. */
export type ContentTarget = ContentSource & {
  /** Which of these are here, asked together. */
  hasBlobs(descriptors: readonly Descriptor[], options?: CallOptions): Promise<ReadonlySet<Digest>>;
  /** Only where `home` is set. A mount that is refused is no error. */
  mount?(descriptor: Descriptor, from: RepositoryName, options?: CallOptions): Promise<MountAnswer>;
  /** Streams a blob in. Bytes that do not hash to the digest are never acknowledged: `digest-mismatch`. */
  putBlob(descriptor: Descriptor, content: BlobContent, options?: PutBlobOptions): Promise<void>;
  /** Stores a manifest under its digest, and under `tag` where there is one. Blobs and children come first. */
  putManifest(
    content: ManifestContent,
    options?: CallOptions & { readonly tag?: Tag | undefined },
  ): Promise<void>;
  /** Points a tag to a manifest that is here. Rejects `not-found`. */
  tag(tag: Tag, digest: Digest, options?: CallOptions): Promise<void>;
  /** Makes what was put final. Without it `close` leaves no file under its final name. */
  finish(options?: CallOptions): Promise<void>;
};
