import { gzipSync } from 'node:zlib';
import type { ContentSet, Descriptor } from './content-set';
import { mediaTypes } from './image-content';
import { tarOf } from './tar';

const emptyType = 'application/vnd.oci.empty.v1+json';
const inTotoType = 'application/vnd.in-toto+json';
const hexOf = (digest: string): string => digest.slice(digest.indexOf(':') + 1);

const predicates = [
  {
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: { buildType: 'https://mobyproject.org/buildkit@v1' },
      runDetails: { builder: { id: 'https://builder.example/run/7' } },
    },
  },
  {
    predicateType: 'https://spdx.dev/Document',
    predicate: {
      spdxVersion: 'SPDX-2.3',
      name: 'app',
      packages: [{ SPDXID: 'SPDXRef-1', name: 'libexample', versionInfo: '1.2.3' }],
    },
  },
];

/** BuildKit's provenance and SBOM of one image (buildkit docs/attestations/attestation-storage.md). */
export function addAttestation(content: ContentSet, image: Descriptor): Descriptor {
  const subject = [{ name: 'app', digest: { sha256: hexOf(image.digest) } }];
  const layers = predicates.map(({ predicateType, predicate }) =>
    content.addBlob(
      inTotoType,
      JSON.stringify({
        _type: 'https://in-toto.io/Statement/v0.1',
        subject,
        predicateType,
        predicate,
      }),
      { annotations: { 'in-toto.io/predicate-type': predicateType } },
    ),
  );
  const config = JSON.stringify({
    architecture: 'unknown',
    os: 'unknown',
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
  });
  const descriptor = content.addManifest({
    schemaVersion: 2,
    mediaType: mediaTypes.oci.manifest,
    config: content.addBlob(mediaTypes.oci.config, config),
    layers,
  });
  return {
    ...descriptor,
    platform: { os: 'unknown', architecture: 'unknown' },
    annotations: {
      'vnd.docker.reference.type': 'attestation-manifest',
      'vnd.docker.reference.digest': image.digest,
    },
  };
}

export type ArtifactOptions = {
  artifactType: string;
  content: string | Buffer;
  title?: string;
  subject?: Descriptor;
  tags?: readonly string[];
};

/** An artifact of one file with image-spec's empty config, and perhaps a subject. */
export function addArtifact(set: ContentSet, options: ArtifactOptions): Descriptor {
  const { artifactType, title, subject, tags = [] } = options;
  const annotations =
    title === undefined ? {} : { annotations: { 'org.opencontainers.image.title': title } };
  const descriptor = set.addManifest(
    {
      schemaVersion: 2,
      mediaType: mediaTypes.oci.manifest,
      artifactType,
      config: set.addBlob(emptyType, '{}'),
      layers: [set.addBlob(artifactType, options.content, annotations)],
      ...(subject && {
        subject: { mediaType: subject.mediaType, digest: subject.digest, size: subject.size },
      }),
      annotations: { 'org.opencontainers.image.created': '2026-02-03T04:05:06Z' },
    },
    ...tags,
  );
  return { ...descriptor, artifactType };
}

/** What a client keeps where the registry has no referrers API (distribution-spec, Referrers Tag Schema). */
export function addFallbackTag(
  content: ContentSet,
  subject: Descriptor,
  referrers: readonly Descriptor[],
): void {
  content.addManifest(
    { schemaVersion: 2, mediaType: mediaTypes.oci.index, manifests: referrers },
    `sha256-${hexOf(subject.digest)}`,
  );
}

/** An SBOM with a subject, and the fallback tag that leads to it. */
export function addSbom(content: ContentSet, subject: Descriptor): Descriptor {
  const sbom = addArtifact(content, {
    artifactType: 'application/spdx+json',
    content: '{"spdxVersion":"SPDX-2.3","name":"app"}',
    title: 'sbom.spdx.json',
    subject,
  });
  addFallbackTag(content, subject, [sbom]);
  return sbom;
}

/** A signature as cosign 1 and 2 write it: a tag made of the digest (cosign specs/SIGNATURE_SPEC.md). */
export function addCosignSignature(content: ContentSet, subject: Descriptor): Descriptor {
  const payload = JSON.stringify({
    critical: {
      identity: { 'docker-reference': '' },
      image: { 'docker-manifest-digest': subject.digest },
      type: 'cosign container image signature',
    },
    optional: null,
  });
  const layer = content.addBlob('application/vnd.dev.cosign.simplesigning.v1+json', payload, {
    annotations: { 'dev.cosignproject.cosign/signature': 'bm90IGEgc2lnbmF0dXJl' },
  });
  const config = JSON.stringify({
    architecture: '',
    os: '',
    config: {},
    rootfs: { type: 'layers', diff_ids: [layer.digest] },
  });
  return content.addManifest(
    {
      schemaVersion: 2,
      mediaType: mediaTypes.oci.manifest,
      config: content.addBlob(mediaTypes.oci.config, config),
      layers: [layer],
    },
    `sha256-${hexOf(subject.digest)}.sig`,
  );
}

/** A Helm chart as `helm push` writes it (helm pkg/registry/constants.go). */
export function addChart(content: ContentSet, name: string, tag: string): Descriptor {
  const chart = { name, version: tag, apiVersion: 'v2', description: 'A chart for tests' };
  const archive = gzipSync(
    tarOf([{ name: `${name}/Chart.yaml`, content: `name: ${name}\nversion: ${tag}\n` }]),
  );
  return content.addManifest(
    {
      schemaVersion: 2,
      mediaType: mediaTypes.oci.manifest,
      config: content.addBlob('application/vnd.cncf.helm.config.v1+json', JSON.stringify(chart)),
      layers: [content.addBlob('application/vnd.cncf.helm.chart.content.v1.tar+gzip', archive)],
    },
    tag,
  );
}
