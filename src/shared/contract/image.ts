import { z } from 'zod';
import { stream } from './channel';
import { registryIdSchema } from './registry';
import { repositorySchema } from './repository';
import type { ArtifactView, SourcedDate } from './tag';

const referenceSchema = z.string().min(1).max(256);

export type DescriptorView = {
  readonly mediaType: string;
  readonly digest: string;
  readonly sizeBytes: number;
  readonly artifactType?: string;
  readonly annotations: readonly KeyValue[];
};

export type KeyValue = { readonly key: string; readonly value: string };

/** A child of an index. */
export type IndexEntry = DescriptorView & {
  /** `os/arch[/variant]`; absent for attestations and children without one. */
  readonly platform?: string;
  readonly role: 'image' | 'attestation' | 'index' | 'other';
  /** For an attestation: the digest of the image it speaks about. */
  readonly attests?: string;
};

export type LayerView = DescriptorView & {
  readonly compression: 'none' | 'gzip' | 'zstd' | 'encrypted' | 'unknown';
  readonly isForeign: boolean;
  /** File name from org.opencontainers.image.title, for artifacts. */
  readonly title?: string;
  /** In-toto predicate type, for attestation layers. */
  readonly predicateType?: string;
};

/** One line of the image's history as a Dockerfile instruction. */
export type HistoryRow = {
  readonly instruction: string;
  readonly text: string;
  readonly createdAt?: string;
  readonly comment?: string;
  readonly isEmptyLayer: boolean;
  /** Index into `layers`, when the history lines up with them. */
  readonly layerIndex?: number;
};

export type ImageConfigView = {
  readonly digest: string;
  readonly sizeBytes: number;
  readonly platform?: string;
  readonly author?: string;
  readonly user?: string;
  readonly workingDir?: string;
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly env: readonly KeyValue[];
  readonly exposedPorts: readonly string[];
  readonly volumes: readonly string[];
  readonly labels: readonly KeyValue[];
  readonly stopSignal?: string;
  readonly healthcheck?: string;
  readonly shell: readonly string[];
};

export type ImageView = {
  readonly repository: string;
  readonly digest: string;
  readonly mediaType: string;
  readonly shape: 'image' | 'index' | 'schema1';
  readonly artifact: ArtifactView;
  /** Bytes of the manifest itself. */
  readonly manifestBytes: number;
  /** The manifest's text exactly as the registry sent it; cut at 1 MiB, which `rawTruncated` says. */
  readonly raw: string;
  readonly rawTruncated: boolean;
  readonly annotations: readonly KeyValue[];
  readonly subject?: DescriptorView;
  readonly created?: SourcedDate;
  /** Compressed bytes of layers and config; for an index the unique bytes over its readable children is not summed here. */
  readonly totalBytes?: number;
  readonly base?: { readonly name?: string; readonly digest?: string };
  /** Index only. */
  readonly entries: readonly IndexEntry[];
  /** Image only. */
  readonly config?: ImageConfigView;
  readonly configDescriptor?: DescriptorView;
  readonly layers: readonly LayerView[];
  readonly history: readonly HistoryRow[];
  /** False when history and layers do not line up: both are shown, unlinked (trap 38). */
  readonly historyLinked: boolean;
  /** Why the config could not be read, in plain words; the rest of the image is still shown. */
  readonly configProblem?: string;
};

export type ReferrerView = DescriptorView & {
  readonly artifact: ArtifactView;
  readonly foundBy: 'referrers-api' | 'fallback-tag' | 'cosign-tag';
  readonly tag?: string;
};

export type ReferrersReport = {
  readonly referrers: readonly ReferrerView[];
  readonly apiSupported: boolean;
  /** Plain words when the list may be incomplete. */
  readonly problem?: string;
};

export type BlobPreview = {
  readonly digest: string;
  /** Bytes of the whole blob. */
  readonly sizeBytes: number;
  readonly text: string;
  /** True when only the first part is shown. */
  readonly truncated: boolean;
  /** True when the blob is no text; `text` is then empty. */
  readonly isBinary: boolean;
};

const imageRequest = z.strictObject({
  registryId: registryIdSchema,
  repository: repositorySchema,
  /** A tag or a digest. */
  reference: referenceSchema,
});

export const imageChannels = {
  'image:inspect': stream<never, ImageView>().with(imageRequest),
  'image:referrers': stream<never, ReferrersReport>().with(imageRequest),
  /** Bounded text preview of a blob (config, attestation, SBOM); layers stay in main. */
  'image:blob': stream<never, BlobPreview>().with(
    z.strictObject({
      registryId: registryIdSchema,
      repository: repositorySchema,
      digest: referenceSchema,
    }),
  ),
};
