import type { Descriptor } from '#oci/descriptor';
import type { Digest } from '#oci/digest';
import type { Manifest } from '#oci/manifest';
import type { RepositoryName } from '#oci/repository-name';
import type { Tag } from '#oci/tag';
import type { ContentCache } from './content-cache';
import type { RegistryError } from './errors';
import type { RegistryLimits } from './limits';
import type { RegistryLog } from './log';
import type { SeenTags } from './seen-tags';
import type { RequestPriority } from './transport/queue';
import type { ProxySettings } from './transport/proxy';
import type { TlsSettings } from './transport/tls';

/** `bearer` is a ready access token; `identity-token` an OAuth2 refresh token. */
export type RegistryCredential =
  | { kind: 'password'; username: string; secret: string }
  | { kind: 'identity-token'; secret: string }
  | { kind: 'bearer'; secret: string };

/** Asked once and again after a refusal; undefined means anonymous. */
export type CredentialResolver = (signal?: AbortSignal) => Promise<RegistryCredential | undefined>;

export type RegistryClientOptions = {
  /** `https://registry.example:5000`, optionally with a path prefix. */
  origin: string;
  resolveCredential: CredentialResolver;
  tls?: TlsSettings | undefined;
  /** Plain HTTP to a host that is not loopback needs this; loopback is always allowed. */
  allowPlainHttp?: boolean | undefined;
  /** Hosts (`host` or `host:port`) of token servers that the user approved after a realm-refused. */
  extraRealmHosts?: readonly string[] | undefined;
  proxy?: ProxySettings | undefined;
  limits?: Partial<RegistryLimits> | undefined;
  userAgent: string;
  log?: RegistryLog | undefined;
  contentCache?: ContentCache | undefined;
  /** Saves bodies on a second look, together with a content cache. */
  seenTags?: SeenTags | undefined;
};

export type CallOptions = {
  /** Aborting removes the call from the queue or destroys its socket; it then rejects with `cancelled`. */
  signal?: AbortSignal | undefined;
  /** Interactive (the default) goes before background. */
  priority?: RequestPriority | undefined;
};

export type PingReport = {
  /** Value of Docker-Distribution-Api-Version, when sent. */
  apiVersion?: string;
  /** `/v2/` answered without any credential. Says nothing about private repositories. */
  anonymous: boolean;
  /** How this client got in: without a token, with an anonymous or a signed-in token, or not at all. */
  access: 'open' | 'anonymous-token' | 'signed-in' | 'credentials-needed';
  /** Lower-case schemes of the first challenge, for example `bearer`. */
  challengeSchemes: string[];
  /** Host of the Bearer realm, when there is one. */
  realmHost?: string;
  serverHeader?: string;
  durationMs: number;
};

/** The rest of a list was not read, and why. */
export type ListTruncation = 'page-cap' | 'loop';

export type CatalogPage = {
  repositories: RepositoryName[];
  /** Entries of the page that are not repository names; they cannot be addressed. */
  invalidCount: number;
  truncatedBy?: ListTruncation;
};

export type TagsPage = {
  tags: Tag[];
  /** Entries of the page that are not tags. */
  invalidCount: number;
  truncatedBy?: ListTruncation;
};

/** Docker Hub's pull limit as last seen. */
export type PullBudget = {
  limit: number;
  remaining: number;
  windowSeconds: number;
  /** What the registry counts by: an address or an account id. */
  source?: string;
};

export type FetchedManifest = {
  digest: Digest;
  mediaType: string;
  bytes: Uint8Array;
  manifest: Manifest;
  sizeBytes: number;
  /** The bytes came from the content cache, not from the registry. */
  fromCache: boolean;
  rateLimit?: PullBudget;
};

export type FetchedConfig = { bytes: Uint8Array; json: unknown; fromCache: boolean };

/** First and last byte, both inclusive, as in RFC 9110; without `end` to the end of the blob. */
export type ByteRange = { start: number; end?: number | undefined };

export type BlobStat = { sizeBytes?: number; mediaType?: string; acceptsRanges: boolean };

export type OpenedBlob = {
  /** Bytes this body will deliver, when the registry says so. */
  sizeBytes?: number;
  /** Size of the whole blob, when known. */
  totalBytes?: number;
  /** A whole blob is hashed while it streams: the last step throws digest-mismatch instead of ending. */
  body: AsyncIterable<Uint8Array>;
  /** Frees the connection; needed when the body is not read to its end. */
  close(): void;
};

export type BlobOptions = CallOptions & { range?: ByteRange | undefined };

export type ReferrerSource = 'api' | 'fallback-tag' | 'cosign-tag';

export type Referrer = { descriptor: Descriptor; source: ReferrerSource; tag?: Tag };

export type ReferrersReport = {
  referrers: Referrer[];
  /** The registry answers the referrers API (distribution-spec, Listing Referrers). */
  apiSupported: boolean;
  /** Sources that could not be read to the end; empty when the report is complete. */
  incomplete: { source: ReferrerSource; reason: RegistryError | ListTruncation }[];
};

export type ReferrersOptions = CallOptions & {
  artifactType?: string | undefined;
  /** Every tag of the repository, when already listed: saves asking for tags that are not there. */
  knownTags?: ReadonlySet<string> | undefined;
};

/** A manifest as it is stored: its bytes and the media type they were pushed with. */
export type ManifestContent = { mediaType: string; bytes: Uint8Array };

/** One request of an upload session. */
export type UploadRequest = {
  readonly method: 'POST' | 'PATCH' | 'PUT' | 'GET' | 'DELETE';
  /** The session, on the registry's own origin. Without it the request opens one. */
  readonly location?: URL | undefined;
  /** Query of the request that opens a session: `mount=…&from=…`. */
  readonly query?: string | undefined;
  /** The repository a mount reads from: its pull scope is asked for as well. */
  readonly from?: RepositoryName | undefined;
  readonly headers?: Record<string, string> | undefined;
  /** A stream is sent once. When it must be sent again (401), the request rejects with `connection-lost`. */
  readonly body?: Uint8Array | AsyncIterable<Uint8Array> | undefined;
  /** Statuses that are an answer; any other rejects. */
  readonly expected: readonly number[];
  readonly signal?: AbortSignal | undefined;
};

/** Header names in lower case. */
export type UploadAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly url: URL;
};

/** `subject`: the registry keeps the referrer in its referrers API (the OCI-Subject header). */
export type PutManifestAnswer = { digest: Digest; subject?: Digest };

/** The distribution API of one registry. Every call rejects with RegistryError only. Only reads are sent again. */
export type RegistryClient = {
  ping(options?: CallOptions): Promise<PingReport>;
  /** distribution API `_catalog`; `unsupported`, `unauthorized` or `denied` where it is closed. */
  catalog(options?: CallOptions): AsyncIterable<CatalogPage>;
  tags(repository: RepositoryName, options?: CallOptions): AsyncIterable<TagsPage>;
  /** Undefined when the registry has no such manifest. Costs no Docker Hub pull. */
  headManifest(
    repository: RepositoryName,
    reference: Tag | Digest,
    options?: CallOptions,
  ): Promise<Descriptor | undefined>;
  /** With a content cache a tag costs a HEAD, and a GET only for bytes not yet known. */
  getManifest(
    repository: RepositoryName,
    reference: Tag | Digest,
    options?: CallOptions,
  ): Promise<FetchedManifest>;
  getConfig(
    repository: RepositoryName,
    descriptor: Descriptor,
    options?: CallOptions,
  ): Promise<FetchedConfig>;
  headBlob(
    repository: RepositoryName,
    digest: Digest,
    options?: CallOptions,
  ): Promise<BlobStat | undefined>;
  /** A whole blob is verified; a range cannot be. */
  getBlob(
    repository: RepositoryName,
    digest: Digest,
    options: BlobOptions & { maxBytes: number },
  ): Promise<Uint8Array>;
  openBlob(repository: RepositoryName, digest: Digest, options?: BlobOptions): Promise<OpenedBlob>;
  referrers(
    repository: RepositoryName,
    digest: Digest,
    options?: ReferrersOptions,
  ): Promise<ReferrersReport>;
  pullBudget(): PullBudget | undefined;
  /** Pushes a manifest byte for byte, under a tag or its own digest. */
  putManifest(
    repository: RepositoryName,
    reference: Tag | Digest,
    content: ManifestContent,
    options?: CallOptions,
  ): Promise<PutManifestAnswer>;
  /** Resolves when the registry accepted; it may not have done it yet, or not at all. Rejects `not-found` on 404. */
  deleteManifest(
    repository: RepositoryName,
    reference: Tag | Digest,
    options?: CallOptions,
  ): Promise<void>;
  /** Pushes a small blob that is in memory. */
  putBlob(repository: RepositoryName, bytes: Uint8Array, options?: CallOptions): Promise<Digest>;
  /** distribution-spec, Pushing blobs: one request, never repeated and never redirected. */
  sendUpload(repository: RepositoryName, request: UploadRequest): Promise<UploadAnswer>;
  /** Cancels what is under way and closes the connections. */
  close(): Promise<void>;
};
