import type { ArtifactView } from '#contract/tag';
import type { Descriptor } from '#oci/descriptor';
import {
  describeArtifact,
  describeManifest,
  imageArtifactType,
  type Manifest,
} from '#oci/manifest';

/** What a manifest holds, in the words of a table cell (trap 42: not everything can be pulled by docker). */
export const artifactOf = (manifest: Manifest): ArtifactView => ({
  ...describeManifest(manifest),
  mediaType: typeOf(manifest),
});

const typeOf = (manifest: Manifest): string => {
  if (manifest.kind === 'image') return imageArtifactType(manifest);
  const artifactType = manifest.kind === 'index' ? manifest.artifactType : undefined;
  return artifactType ?? manifest.mediaType;
};

/** The same for a descriptor, where only the type is known. */
export const artifactOfDescriptor = ({ artifactType, mediaType }: Descriptor): ArtifactView => {
  const type = artifactType ?? mediaType;
  return { ...describeArtifact(type), mediaType: type };
};
