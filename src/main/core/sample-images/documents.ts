import type { Descriptor } from '#oci/descriptor';
import { digestEncoded } from '#oci/digest';
import { MEDIA_TYPES } from '#oci/media-type';
import type { SamplePackage } from './base-files';
import type { SampleRepository } from './content';

const spdxType = 'application/spdx+json';
const inTotoType = 'application/vnd.in-toto+json';
/** Names nothing that could be looked up: the app itself made the images. */
const builderId = 'urn:tagboat:sample-images';

type Subject = { readonly name: string; readonly image: Descriptor; readonly createdAt: string };

/** An SPDX 2.3 document in JSON (spdx-spec 2.3, section 6 to 11) of the packages in an image. */
function writeSpdx(subject: Subject, packages: readonly SamplePackage[]): object {
  const { name, image, createdAt } = subject;
  const root = 'SPDXRef-Image';
  const idOf = (entry: SamplePackage): string => `SPDXRef-Package-${entry.name}`;
  return {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name,
    documentNamespace: `urn:tagboat:spdx:${digestEncoded(image.digest)}`,
    creationInfo: { created: createdAt, creators: ['Tool: Tagboat'] },
    packages: [
      {
        SPDXID: root,
        name,
        versionInfo: image.digest,
        downloadLocation: 'NOASSERTION',
        filesAnalyzed: false,
        primaryPackagePurpose: 'CONTAINER',
      },
      ...packages.map((entry) => ({
        SPDXID: idOf(entry),
        name: entry.name,
        versionInfo: entry.version,
        downloadLocation: 'NOASSERTION',
        filesAnalyzed: false,
        licenseConcluded: 'NOASSERTION',
        licenseDeclared: entry.license,
        copyrightText: 'NOASSERTION',
        externalRefs: [
          {
            referenceCategory: 'PACKAGE-MANAGER',
            referenceType: 'purl',
            referenceLocator: `pkg:apk/tagboat-samples/${entry.name}@${entry.version}`,
          },
        ],
      })),
    ],
    relationships: [
      {
        spdxElementId: 'SPDXRef-DOCUMENT',
        relationshipType: 'DESCRIBES',
        relatedSpdxElement: root,
      },
      ...packages.map((entry) => ({
        spdxElementId: root,
        relationshipType: 'CONTAINS',
        relatedSpdxElement: idOf(entry),
      })),
    ],
  };
}

/** SLSA provenance v1 (slsa.dev/spec/v1.0/provenance) of an image that was assembled from files in the app. */
function writeProvenance({ createdAt }: Subject, platform: string): object {
  return {
    buildDefinition: {
      buildType: 'urn:tagboat:sample-image:v1',
      externalParameters: { platform },
      internalParameters: {},
      resolvedDependencies: [],
    },
    runDetails: {
      builder: { id: builderId },
      metadata: { startedOn: createdAt, finishedOn: createdAt },
    },
  };
}

/**
 * Provenance and SBOM of one image of an index, kept as BuildKit keeps them: a manifest of the platform
 * unknown/unknown that names the image in an annotation (buildkit docs/attestations/attestation-storage.md).
 */
export function addAttestation(
  to: SampleRepository,
  subject: Subject,
  packages: readonly SamplePackage[],
): Descriptor {
  const { name, image } = subject;
  const { os = '', architecture = '' } = image.platform ?? {};
  const predicates = [
    ['https://spdx.dev/Document', writeSpdx(subject, packages)],
    ['https://slsa.dev/provenance/v1', writeProvenance(subject, `${os}/${architecture}`)],
  ] as const;
  const layers = predicates.map(([predicateType, predicate]) => {
    const statement = {
      _type: 'https://in-toto.io/Statement/v0.1',
      predicateType,
      subject: [{ name, digest: { sha256: digestEncoded(image.digest) } }],
      predicate,
    };
    return to.addBlob(inTotoType, JSON.stringify(statement), {
      annotations: { 'in-toto.io/predicate-type': predicateType },
    });
  });
  const config = {
    architecture: 'unknown',
    os: 'unknown',
    config: {},
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
  };
  const manifest = to.addManifest({
    mediaType: MEDIA_TYPES.ociManifest,
    config: to.addBlob(MEDIA_TYPES.ociConfig, JSON.stringify(config)),
    layers,
  });
  return {
    ...manifest,
    platform: { os: 'unknown', architecture: 'unknown' },
    annotations: {
      'vnd.docker.reference.type': 'attestation-manifest',
      'vnd.docker.reference.digest': image.digest,
    },
  };
}

/** An SBOM as an artifact whose subject is `image` (image-spec manifest.md, Guidelines for Artifact Usage). */
export function addSbom(
  to: SampleRepository,
  subject: Subject,
  packages: readonly SamplePackage[],
): Descriptor {
  const { mediaType, digest, size } = subject.image;
  const document = `${JSON.stringify(writeSpdx(subject, packages), null, 2)}\n`;
  return to.addManifest({
    mediaType: MEDIA_TYPES.ociManifest,
    artifactType: spdxType,
    config: to.addBlob(MEDIA_TYPES.ociEmpty, '{}'),
    layers: [
      to.addBlob(spdxType, document, {
        annotations: { 'org.opencontainers.image.title': 'sbom.spdx.json' },
      }),
    ],
    subject: { mediaType, digest, size },
    annotations: { 'org.opencontainers.image.created': subject.createdAt },
  });
}
