import type { Descriptor } from './descriptor';
import type { StringRecord } from './json';
import type { ImageManifest, Manifest } from './manifest-types';
import {
  isImageConfigType,
  isImageLayerType,
  isImageManifestType,
  isIndexType,
  MEDIA_TYPES,
} from './media-type';

export type ArtifactKind =
  'image' | 'helm-chart' | 'wasm' | 'signature' | 'sbom' | 'attestation' | 'model' | 'artifact';

/** What a manifest holds, for people: a kind to decide by and short words to show. */
export type ArtifactDescription = { readonly kind: ArtifactKind; readonly label: string };

const describe = (kind: ArtifactKind, label: string): ArtifactDescription => ({ kind, label });

const IMAGE = describe('image', 'Image');
const ARTIFACT = describe('artifact', 'Artifact');
const ATTESTATION = describe('attestation', 'Attestation');

/** Exact types first. Sources: the specification or source tree that defines each type. */
const BY_TYPE: ReadonlyMap<string, ArtifactDescription> = new Map([
  // helm pkg/registry/constants.go
  ['application/vnd.cncf.helm.config.v1+json', describe('helm-chart', 'Helm chart')],
  ['application/vnd.cncf.helm.chart.content.v1.tar+gzip', describe('helm-chart', 'Helm chart')],
  ['application/wasm', describe('wasm', 'Wasm module')],
  // cosign specs/SIGNATURE_SPEC.md, ATTESTATION_SPEC.md
  ['application/vnd.dev.cosign.simplesigning.v1+json', describe('signature', 'Cosign signature')],
  ['application/vnd.dev.cosign.artifact.sig.v1+json', describe('signature', 'Cosign signature')],
  ['application/vnd.dev.cosign.artifact.sbom.v1+json', describe('sbom', 'SBOM')],
  ['application/vnd.dsse.envelope.v1+json', ATTESTATION],
  // notaryproject/specifications signature-specification.md
  ['application/vnd.cncf.notary.signature', describe('signature', 'Notation signature')],
  ['application/vnd.in-toto+json', ATTESTATION],
  // buildkit docs/attestations/attestation-storage.md
  ['application/vnd.docker.attestation.manifest.v1+json', ATTESTATION],
  ['application/spdx+json', describe('sbom', 'SPDX SBOM')],
  ['text/spdx', describe('sbom', 'SPDX SBOM')],
  ['application/vnd.syft+json', describe('sbom', 'Syft SBOM')],
  [MEDIA_TYPES.buildkitCacheConfig, describe('artifact', 'Build cache')],
  ['application/vnd.docker.plugin.v1+json', describe('artifact', 'Docker plugin')],
  ['application/vnd.cncf.flux.config.v1+json', describe('artifact', 'Flux artifact')],
  ['application/vnd.cncf.openpolicyagent.config.v1+json', describe('artifact', 'Policy bundle')],
  ['application/vnd.sylabs.sif.config.v1+json', describe('artifact', 'Singularity image')],
]);

/** Families whose version or part is in the rest of the type. */
const BY_PREFIX: readonly (readonly [string, ArtifactDescription])[] = [
  ['application/vnd.cyclonedx', describe('sbom', 'CycloneDX SBOM')],
  ['application/vnd.wasm.', describe('wasm', 'Wasm module')],
  ['application/vnd.module.wasm.', describe('wasm', 'Wasm module')],
  // modelpack/model-spec, Docker Model Runner, KitOps, Ollama
  ['application/vnd.cncf.model.', describe('model', 'Model')],
  ['application/vnd.docker.ai.', describe('model', 'Model')],
  ['application/vnd.kitops.modelkit.', describe('model', 'Model')],
  ['application/vnd.ollama.image.model', describe('model', 'Model')],
];

/** cosign specs/BUNDLE_SPEC.md: match by prefix, versions follow. */
const SIGSTORE_BUNDLE = 'application/vnd.dev.sigstore.bundle';
const PREDICATE_TYPE_KEY = 'dev.sigstore.bundle.predicateType';
const SIGN_PREDICATE = 'https://sigstore.dev/cosign/sign/v1';

/** A bundle signs the image or states something about it; its annotation tells which. */
const describeBundle = (annotations: StringRecord | undefined): ArtifactDescription => {
  const predicateType = annotations?.[PREDICATE_TYPE_KEY];
  return predicateType === undefined || predicateType === SIGN_PREDICATE
    ? describe('signature', 'Sigstore signature')
    : describe('attestation', 'Sigstore attestation');
};

/**
 * Says in plain words what an artifactType, config media type or layer media type stands for. Types that are not known
 * are an `artifact`: never an error, never an image.
 */
export const describeArtifact = (
  type: string | undefined,
  annotations?: StringRecord,
): ArtifactDescription => {
  if (type === undefined) return ARTIFACT;
  if (isImageConfigType(type) || isIndexType(type) || isImageManifestType(type)) return IMAGE;
  const exact = BY_TYPE.get(type);
  if (exact !== undefined) return exact;
  if (type.startsWith(SIGSTORE_BUNDLE)) return describeBundle(annotations);
  return BY_PREFIX.find(([prefix]) => type.startsWith(prefix))?.[1] ?? ARTIFACT;
};

/** `artifactType`, else the config's media type (distribution-spec, Listing Referrers). */
export const imageArtifactType = (manifest: ImageManifest): string =>
  manifest.artifactType ?? manifest.config.mediaType;

/**
 * What a manifest holds. The artifact type decides, else the config's media type; where that says "image" or nothing
 * (cosign's signatures and older artifacts have the config of an image) and no layer is an image's, the layers decide.
 */
export const describeManifest = (manifest: Manifest): ArtifactDescription => {
  if (manifest.kind === 'schema1') return IMAGE;
  if (manifest.kind === 'index') {
    return describeArtifact(manifest.artifactType ?? manifest.mediaType, manifest.annotations);
  }
  const type = imageArtifactType(manifest);
  const byType = describeArtifact(type, manifest.annotations);
  if (isTelling(type) || manifest.layers.some(isImageLayer)) return byType;
  return describeLayers(manifest.layers) ?? byType;
};

/** Types that say nothing about the content: an image config, no config, or ORAS's defaults. */
const isTelling = (type: string): boolean =>
  !isImageConfigType(type) &&
  type !== MEDIA_TYPES.ociEmpty &&
  !type.startsWith('application/vnd.unknown.');

const isImageLayer = (layer: Descriptor): boolean => isImageLayerType(layer.mediaType);

const describeLayers = (layers: readonly Descriptor[]): ArtifactDescription | undefined => {
  for (const layer of layers) {
    const byLayer = describeArtifact(layer.mediaType, layer.annotations);
    if (byLayer.kind !== 'artifact') return byLayer;
  }
  return undefined;
};
