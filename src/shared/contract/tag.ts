import { z } from 'zod';
import { stream } from './channel';
import { registryIdSchema } from './registry';
import { repositorySchema } from './repository';
import type { ContractError } from './result';

const tagSchema = z.string().min(1).max(128);

export type TagPage = {
  /** Ordinary tags, the newest version of the page first, as `joinNames` packs them. */
  readonly names: string;
  /** Digests that a cosign signature, attestation or SBOM tag names, or that have a fallback referrers tag. */
  readonly attachedTags: readonly AttachedTag[];
};

/**
 * Many names as one text, a line each: ten thousand strings of their own take the bridge to the window a hundred times as
 * long. No tag holds a line break (distribution-spec, Pulling manifests).
 */
export const joinNames = (names: readonly string[]): string => names.join('\n');

export const splitNames = (text: string): string[] => (text === '' ? [] : text.split('\n'));

export type AttachedTag = {
  readonly tag: string;
  readonly digest: string;
  readonly kind: 'signature' | 'attestation' | 'sbom' | 'referrers';
};

export type TagListEnd = {
  readonly total: number;
  /** Why the list stops early, in plain words. */
  readonly truncated?: string;
};

/** A date with where it comes from (trap 17: build date is not push date). */
export type SourcedDate = {
  /** ISO 8601. */
  readonly at: string;
  readonly source: 'config' | 'annotation' | 'label' | 'registry';
};

export type ArtifactView = {
  readonly kind:
    'image' | 'helm-chart' | 'wasm' | 'signature' | 'sbom' | 'attestation' | 'model' | 'artifact';
  /** Short words for a cell: "Helm chart", "Image", "SBOM" … */
  readonly label: string;
  readonly mediaType: string;
};

/** What one row of the tag table needs. */
export type TagDetails = {
  readonly tag: string;
  readonly digest: string;
  readonly mediaType: string;
  readonly shape: 'image' | 'index' | 'schema1';
  readonly artifact: ArtifactView;
  /** `os/arch[/variant]`, attestations folded away (trap 16). Empty for artifacts. */
  readonly platforms: readonly string[];
  /** Compressed bytes of the platform in `sizeOf` (layers and config). Absent where it cannot be told. */
  readonly sizeBytes?: number;
  /** Which platform the size and the date were read from, for an index. */
  readonly sizeOf?: string;
  readonly created?: SourcedDate;
  readonly hasAttestations: boolean;
};

export type TagDetailsPage = {
  readonly details: readonly TagDetails[];
  /** Tags whose details could not be read, each with its reason; the others are not held up. */
  readonly failures: readonly { readonly tag: string; readonly error: ContractError }[];
};

const repositoryRequest = z.strictObject({
  registryId: registryIdSchema,
  repository: repositorySchema,
});

export const tagChannels = {
  'tag:list': stream<TagPage, TagListEnd>().with(repositoryRequest),
  /** Details of the rows on screen (`background: false`), or of every row as a task. */
  'tag:details': stream<TagDetailsPage, null>().with(
    z.strictObject({
      registryId: registryIdSchema,
      repository: repositorySchema,
      tags: z.array(tagSchema).min(1).max(100_000),
      background: z.boolean().optional(),
    }),
  ),
};
