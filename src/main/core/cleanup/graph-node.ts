import type { Descriptor } from '#oci/descriptor';
import { describeManifest, imageArtifactType, type Manifest } from '#oci/manifest';
import { isForeignLayer } from '#oci/media-type';
import type { GraphBlob, GraphNode } from './graph';
import type { StoredManifest } from './repository';

const toBlob = ({ digest, size, mediaType }: Descriptor): GraphBlob => ({
  digest,
  sizeBytes: size,
  isForeign: isForeignLayer(mediaType),
});

const blobsOf = (manifest: Manifest): readonly GraphBlob[] => {
  if (manifest.kind === 'index') return [];
  if (manifest.kind === 'image') return [manifest.config, ...manifest.layers].map(toBlob);
  return manifest.fsLayers.map(({ blobSum }) => ({
    digest: blobSum,
    sizeBytes: 0,
    isForeign: false,
  }));
};

/** The entry of this manifest in a list of referrers: artifactType and annotations as distribution-spec says. */
const listEntryOf = (stored: StoredManifest): Descriptor => {
  const { manifest, digest, mediaType, bytes } = stored;
  const entry = { mediaType, digest, size: bytes.length };
  if (manifest.kind === 'schema1') return entry;
  const artifactType =
    manifest.kind === 'image' ? imageArtifactType(manifest) : manifest.artifactType;
  return {
    ...entry,
    ...(artifactType !== undefined && { artifactType }),
    ...(manifest.annotations !== undefined && { annotations: manifest.annotations }),
  };
};

/** @param keepBytes whether the node may hold on to the bytes */
export const toGraphNode = (stored: StoredManifest, keepBytes: boolean): GraphNode => {
  const { manifest, digest, mediaType, bytes } = stored;
  const subject = manifest.kind === 'schema1' ? undefined : manifest.subject?.digest;
  return {
    digest,
    mediaType,
    sizeBytes: bytes.length,
    kind: manifest.kind,
    description: describeManifest(manifest),
    children: manifest.kind === 'index' ? manifest.manifests : [],
    ...(subject !== undefined && { subject }),
    blobs: blobsOf(manifest),
    listEntry: listEntryOf(stored),
    ...(keepBytes && { bytes }),
  };
};
