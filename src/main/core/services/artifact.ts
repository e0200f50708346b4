import type { ArtifactView } from '#contract/tag';
import type { Descriptor } from '#oci/descriptor';
import { describeArtifact, imageArtifactType, type Manifest } from '#oci/manifest';

/** What a manifest holds, in the words of a table cell (trap 42: not everything can be pulled by docker). */
export const artifactOf = (manifest: Manifest): ArtifactView => {
  switch (manifest.kind) {
    case 'image': {
      const mediaType = imageArtifactType(manifest);
      return { ...describeArtifact(mediaType), mediaType };
    }
    case 'index': {
      const mediaType = manifest.artifactType;
      if (mediaType !== undefined) return { ...describeArtifact(mediaType), mediaType };
      return { kind: 'image', label: 'Image', mediaType: manifest.mediaType };
    }
    case 'schema1':
      return { kind: 'image', label: 'Legacy image (schema 1)', mediaType: manifest.mediaType };
  }
};

/** The same for a descriptor, where only the type is known. */
export const artifactOfDescriptor = ({ artifactType, mediaType }: Descriptor): ArtifactView => {
  const type = artifactType ?? mediaType;
  return { ...describeArtifact(type), mediaType: type };
};
