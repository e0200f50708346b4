import type { Descriptor } from '#oci/descriptor';
import { tryParseDigest, type Digest } from '#oci/digest';
import { OciError } from '#oci/error';
import { imageArtifactType, parseManifest, type Manifest } from '#oci/manifest';
import { isSchema1Type, MEDIA_TYPES, tryParseMediaType } from '#oci/media-type';
import { faults } from './errors';
import { isRecord, tryParseJson } from './json';

type DescriptorFacts = Pick<Descriptor, 'mediaType' | 'digest' | 'size'>;

/** What the registry reads from a manifest: enough to serve it, to list referrers and to mark what it keeps alive. */
export type ManifestFacts = Readonly<{
  mediaType: string;
  artifactType: string | undefined;
  subject: DescriptorFacts | undefined;
  /** Config and layers. */
  blobs: readonly DescriptorFacts[];
  /** Manifests of an index. */
  children: readonly DescriptorFacts[];
  annotations: Readonly<Record<string, string>> | undefined;
}>;

/**
 * Reads and checks a manifest that is being pushed. Throws MANIFEST_INVALID with the reason. Blobs that are not there
 * are no reason: sparse indexes and non-distributable layers are legal (distribution-spec, Pushing Manifests).
 */
export function readPushedManifest(bytes: Uint8Array, contentType?: string): ManifestFacts {
  const json = tryParseJson(bytes);
  if (!isRecord(json)) throw faults.manifestInvalid('a manifest has to be a JSON object in UTF-8');
  const facts = readFacts(json, contentType);
  if (isSchema1Type(facts.mediaType)) {
    throw faults.manifestInvalid('schema 1 manifests are no longer taken; push schema 2 or OCI');
  }
  // The layout does not store media types: a type that the bytes do not give away would be lost.
  if (describeJson(json).mediaType !== facts.mediaType) {
    throw faults.manifestInvalid('a manifest of this type has to carry its mediaType', {
      mediaType: facts.mediaType,
    });
  }
  return facts;
}

function readFacts(json: Record<string, unknown>, contentType: string | undefined): ManifestFacts {
  if (contentType !== undefined && tryParseMediaType(contentType) === undefined) {
    throw faults.manifestInvalid('the Content-Type is not a media type');
  }
  try {
    return toFacts(parseManifest(json, contentType));
  } catch (error) {
    if (error instanceof OciError) throw faults.manifestInvalid(error.message);
    throw error;
  }
}

/**
 * Reads bytes that are already in the store. What the strict reader refuses (a type that came after this registry, or
 * went before it) is still served, and every digest anywhere in it is kept alive. Undefined when it is no JSON object.
 */
export function describeStored(bytes: Uint8Array): ManifestFacts | undefined {
  const json = tryParseJson(bytes);
  return isRecord(json) ? describeJson(json) : undefined;
}

function describeJson(json: Record<string, unknown>): ManifestFacts {
  try {
    return toFacts(parseManifest(json));
  } catch (error) {
    if (error instanceof OciError) return guessFacts(json);
    throw error;
  }
}

function toFacts(manifest: Manifest): ManifestFacts {
  const { mediaType } = manifest;
  if (manifest.kind === 'schema1') {
    const blobs = manifest.fsLayers.map((layer) => bareDescriptor(layer.blobSum));
    return { ...noFacts, mediaType, blobs };
  }
  const shared = { mediaType, subject: manifest.subject, annotations: manifest.annotations };
  if (manifest.kind === 'index') {
    const { artifactType, manifests } = manifest;
    return { ...shared, artifactType, blobs: [], children: manifests };
  }
  const blobs = [manifest.config, ...manifest.layers];
  return { ...shared, artifactType: imageArtifactType(manifest), blobs, children: [] };
}

function guessFacts(json: Record<string, unknown>): ManifestFacts {
  const stated = json['mediaType'];
  const mediaType = tryParseMediaType(typeof stated === 'string' ? stated : undefined);
  const digests = new Set<Digest>();
  collectDigests(json, digests);
  return {
    ...noFacts,
    mediaType: mediaType ?? MEDIA_TYPES.ociManifest,
    blobs: [...digests].map(bareDescriptor),
  };
}

const noFacts = {
  artifactType: undefined,
  subject: undefined,
  blobs: [],
  children: [],
  annotations: undefined,
};

const bareDescriptor = (digest: Digest): DescriptorFacts => ({ mediaType: '', digest, size: 0 });

function collectDigests(value: unknown, found: Set<Digest>): void {
  if (typeof value === 'string') {
    const digest = tryParseDigest(value);
    if (digest !== undefined) found.add(digest);
  } else if (typeof value === 'object' && value !== null) {
    for (const child of Object.values(value) as unknown[]) collectDigests(child, found);
  }
}
