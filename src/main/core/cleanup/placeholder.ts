import { createHash } from 'node:crypto';
import type { Digest } from '#oci/digest';
import { MEDIA_TYPES } from '#oci/media-type';
import type { Tag } from '#oci/tag';
import type { ManifestBytes } from './repository';

/** A tiny manifest that no other tag can share, put in place of an image so that its digest can be deleted. */
export type Placeholder = ManifestBytes & {
  readonly digest: Digest;
  readonly blobs: readonly Uint8Array[];
};

const sha256 = (bytes: Uint8Array): Digest =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}` as Digest;

const describe = (mediaType: string, bytes: Uint8Array) => ({
  mediaType,
  digest: sha256(bytes),
  size: bytes.length,
});

const NOTE = 'Placeholder: Tagboat is removing this tag and leaves the image it pointed to.';

/** Two 512-byte blocks of zeros end a tar archive (POSIX ustar), and are one. */
const EMPTY_LAYER = new Uint8Array(1024);

const makeOci = (label: string, tag: Tag): Placeholder => {
  const empty = Buffer.from('{}');
  const descriptor = describe(MEDIA_TYPES.ociEmpty, empty);
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MEDIA_TYPES.ociManifest,
      artifactType: 'application/vnd.tagboat.placeholder.v1',
      config: descriptor,
      layers: [descriptor],
      annotations: {
        'org.opencontainers.image.description': NOTE,
        'org.opencontainers.image.ref.name': tag,
        'dev.tagboat.placeholder': label,
      },
    }),
  );
  return { digest: sha256(bytes), mediaType: MEDIA_TYPES.ociManifest, bytes, blobs: [empty] };
};

/** Docker's manifest has no annotations, so what is unique goes into the config. */
const makeDocker = (label: string, tag: Tag): Placeholder => {
  const layer = describe(MEDIA_TYPES.dockerLayer, EMPTY_LAYER);
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: { Labels: { 'dev.tagboat.placeholder': label, tag, description: NOTE } },
      rootfs: { type: 'layers', diff_ids: [layer.digest] },
      history: [{ created_by: NOTE }],
    }),
  );
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MEDIA_TYPES.dockerManifest,
      config: describe(MEDIA_TYPES.dockerConfig, config),
      layers: [layer],
    }),
  );
  const mediaType = MEDIA_TYPES.dockerManifest;
  return { digest: sha256(bytes), mediaType, bytes, blobs: [EMPTY_LAYER, config] };
};

/**
 * The placeholder for a tag: of the same family as what it replaces, for registries that know only one. The same label
 * and tag give the same digest, so a plan that was interrupted knows its own placeholder again.
 * @param label unique to the run, for example the id of its journal entry
 */
export const makePlaceholder = (label: string, tag: Tag, replacedType: string): Placeholder =>
  replacedType.startsWith('application/vnd.docker.') ? makeDocker(label, tag) : makeOci(label, tag);
