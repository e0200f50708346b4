import { describe, expect, it } from 'vitest';
import { describeArtifact, describeManifest, parseManifest, type Manifest } from '#oci/manifest';
import { MEDIA_TYPES } from '#oci/media-type';
import { pullEnginesFor } from '#oci/pull-command';

const BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json';

describe('describeArtifact', () => {
  it.each([
    [MEDIA_TYPES.ociConfig, 'image', 'Image'],
    [MEDIA_TYPES.dockerConfig, 'image', 'Image'],
    [MEDIA_TYPES.ociIndex, 'image', 'Image'],
    ['application/vnd.cncf.helm.config.v1+json', 'helm-chart', 'Helm chart'],
    ['application/vnd.wasm.config.v0+json', 'wasm', 'Wasm module'],
    ['application/vnd.wasm.content.layer.v1+wasm', 'wasm', 'Wasm module'],
    ['application/wasm', 'wasm', 'Wasm module'],
    ['application/vnd.dev.cosign.simplesigning.v1+json', 'signature', 'Cosign signature'],
    ['application/vnd.cncf.notary.signature', 'signature', 'Notation signature'],
    ['application/spdx+json', 'sbom', 'SPDX SBOM'],
    ['text/spdx', 'sbom', 'SPDX SBOM'],
    ['application/vnd.cyclonedx+json', 'sbom', 'CycloneDX SBOM'],
    ['application/vnd.cyclonedx', 'sbom', 'CycloneDX SBOM'],
    ['application/vnd.syft+json', 'sbom', 'Syft SBOM'],
    ['application/vnd.in-toto+json', 'attestation', 'Attestation'],
    ['application/vnd.dsse.envelope.v1+json', 'attestation', 'Attestation'],
    ['application/vnd.docker.attestation.manifest.v1+json', 'attestation', 'Attestation'],
    ['application/vnd.cncf.model.manifest.v1+json', 'model', 'Model'],
    ['application/vnd.docker.ai.model.config.v0.1+json', 'model', 'Model'],
    [MEDIA_TYPES.buildkitCacheConfig, 'artifact', 'Build cache'],
    ['application/vnd.example.never-seen.v9', 'artifact', 'Artifact'],
    [MEDIA_TYPES.ociEmpty, 'artifact', 'Artifact'],
    ['', 'artifact', 'Artifact'],
    ['constructor', 'artifact', 'Artifact'],
    [undefined, 'artifact', 'Artifact'],
  ])('trap 42: %s is a %s', (type, kind, label) => {
    expect(describeArtifact(type)).toEqual({ kind, label });
  });

  it.each([
    [{}, 'signature'],
    [{ 'dev.sigstore.bundle.predicateType': 'https://sigstore.dev/cosign/sign/v1' }, 'signature'],
    [{ 'dev.sigstore.bundle.predicateType': 'https://slsa.dev/provenance/v1' }, 'attestation'],
  ])('trap 44: a bundle with %j is a %s', (annotations, kind) => {
    expect(describeArtifact(BUNDLE, annotations).kind).toBe(kind);
  });
});

const descriptor = (mediaType: string): object => ({
  mediaType,
  digest: `sha256:${'0a'.repeat(32)}`,
  size: 10,
});

const image = (config: string, layers: string[], more: object = {}): Manifest =>
  parseManifest({
    schemaVersion: 2,
    config: descriptor(config),
    layers: layers.map(descriptor),
    ...more,
  });

describe('describeManifest', () => {
  it.each<[string, Manifest, string]>([
    ['an image', image(MEDIA_TYPES.ociConfig, [MEDIA_TYPES.ociLayerGzip]), 'Image'],
    ['an image without layers', image(MEDIA_TYPES.ociConfig, []), 'Image'],
    ['an index', parseManifest({ schemaVersion: 2, manifests: [] }), 'Image'],
    [
      'a typed index',
      parseManifest({ schemaVersion: 2, manifests: [], artifactType: 'application/spdx+json' }),
      'SPDX SBOM',
    ],
    ['schema 1', parseManifest({ schemaVersion: 1 }), 'Image'],
    [
      'a Helm chart',
      image('application/vnd.cncf.helm.config.v1+json', [
        'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
      ]),
      'Helm chart',
    ],
    [
      'a signature of cosign 2, whose config is that of an image',
      image(MEDIA_TYPES.ociConfig, ['application/vnd.dev.cosign.simplesigning.v1+json']),
      'Cosign signature',
    ],
    [
      'an attestation of BuildKit in its older form',
      image(MEDIA_TYPES.ociConfig, ['application/vnd.in-toto+json']),
      'Attestation',
    ],
    [
      'an artifact with an empty config',
      image(MEDIA_TYPES.ociEmpty, ['application/vnd.cyclonedx+json']),
      'CycloneDX SBOM',
    ],
    [
      'an artifact of ORAS',
      image('application/vnd.unknown.config.v1+json', ['application/wasm']),
      'Wasm module',
    ],
    [
      'an artifact whose type outweighs its layers',
      image(MEDIA_TYPES.ociEmpty, ['application/spdx+json'], {
        artifactType: 'application/vnd.example+json',
      }),
      'Artifact',
    ],
    [
      'an image with one foreign part',
      image(MEDIA_TYPES.ociConfig, ['application/vnd.in-toto+json', MEDIA_TYPES.ociLayer]),
      'Image',
    ],
    [
      'a model of Ollama',
      image(MEDIA_TYPES.dockerConfig, ['application/vnd.ollama.image.model']),
      'Model',
    ],
  ])('trap 42: names %s', (_, manifest, label) => {
    expect(describeManifest(manifest).label).toBe(label);
  });

  it('trap 42: an artifact is never offered to a container engine', () => {
    const chart = image('application/vnd.cncf.helm.config.v1+json', []);
    expect(pullEnginesFor(describeManifest(chart).kind)).toEqual(['helm', 'oras']);
  });
});
