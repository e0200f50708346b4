import { OciError } from './error';
import { quoteText } from './text';

/** The media types of images and their parts, each with the document that defines it. */
export const MEDIA_TYPES = {
  /** image-spec image-index.md */
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  /** image-spec manifest.md */
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  /** image-spec config.md */
  ociConfig: 'application/vnd.oci.image.config.v1+json',
  /** image-spec layer.md */
  ociLayer: 'application/vnd.oci.image.layer.v1.tar',
  /** image-spec layer.md, Gzip Media Types */
  ociLayerGzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
  /** image-spec layer.md, zstd Media Types */
  ociLayerZstd: 'application/vnd.oci.image.layer.v1.tar+zstd',
  /** image-spec layer.md, Non-Distributable Layers (deprecated) */
  ociForeignLayer: 'application/vnd.oci.image.layer.nondistributable.v1.tar',
  /** image-spec layer.md, Non-Distributable Layers (deprecated) */
  ociForeignLayerGzip: 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip',
  /** image-spec layer.md, Non-Distributable Layers (deprecated) */
  ociForeignLayerZstd: 'application/vnd.oci.image.layer.nondistributable.v1.tar+zstd',
  /** image-spec manifest.md, Guidance for an Empty Descriptor: the two bytes `{}` */
  ociEmpty: 'application/vnd.oci.empty.v1+json',
  /** image-spec descriptor.md */
  ociDescriptor: 'application/vnd.oci.descriptor.v1+json',
  /** image-spec image-layout.md */
  ociLayoutHeader: 'application/vnd.oci.layout.header.v1+json',
  /** Artifact manifest of the release candidates of image-spec 1.1; withdrawn before the release. */
  ociArtifactManifest: 'application/vnd.oci.artifact.manifest.v1+json',
  /** distribution docs/content/spec/manifest-v2-2.md */
  dockerIndex: 'application/vnd.docker.distribution.manifest.list.v2+json',
  /** distribution docs/content/spec/manifest-v2-2.md */
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  /** distribution docs/content/spec/manifest-v2-2.md */
  dockerConfig: 'application/vnd.docker.container.image.v1+json',
  /** moby image/rootfs: a layer without compression */
  dockerLayer: 'application/vnd.docker.image.rootfs.diff.tar',
  /** distribution docs/content/spec/manifest-v2-2.md */
  dockerLayerGzip: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  /** Not in a specification; written by some builders. */
  dockerLayerZstd: 'application/vnd.docker.image.rootfs.diff.tar.zstd',
  /** distribution docs/content/spec/manifest-v2-2.md, "foreign" layers */
  dockerForeignLayer: 'application/vnd.docker.image.rootfs.foreign.diff.tar',
  /** distribution docs/content/spec/manifest-v2-2.md, "foreign" layers */
  dockerForeignLayerGzip: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
  /** distribution docs/content/spec/manifest-v2-1.md */
  dockerSchema1: 'application/vnd.docker.distribution.manifest.v1+json',
  /** distribution docs/content/spec/manifest-v2-1.md, Signed Manifests */
  dockerSchema1Signed: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
  /** buildkit cache/remotecache/v1: the config of an exported build cache */
  buildkitCacheConfig: 'application/vnd.buildkit.cacheconfig.v0',
} as const;

/**
 * What to accept on every manifest request. Without the list a registry may convert the manifest or answer 404
 * (distribution-spec, Pulling manifests). Schema 1 comes last: it is recognised and named, not read.
 */
export const MANIFEST_ACCEPT: readonly string[] = [
  MEDIA_TYPES.ociIndex,
  MEDIA_TYPES.ociManifest,
  MEDIA_TYPES.dockerIndex,
  MEDIA_TYPES.dockerManifest,
  MEDIA_TYPES.dockerSchema1Signed,
  MEDIA_TYPES.dockerSchema1,
];

/** RFC 6838, section 4.2: two restricted names; RFC 9110, section 8.3.1: parameters after ";". */
const NAME = '[a-z0-9][a-z0-9!#$&^_.+-]{0,126}';
const GRAMMAR = new RegExp(`^${NAME}/${NAME}$`);

/** The media type in lower case and without parameters; undefined when absent or not one. */
export const tryParseMediaType = (text: string | undefined | null): string | undefined => {
  if (text === undefined || text === null) return undefined;
  const semicolon = text.indexOf(';');
  const essence = (semicolon < 0 ? text : text.slice(0, semicolon)).trim().toLowerCase();
  return GRAMMAR.test(essence) ? essence : undefined;
};

/**
 * The media type in lower case and without parameters, for a Content-Type header or a JSON field.
 * @throws OciError media-type-invalid
 */
export const parseMediaType = (text: string): string => {
  const mediaType = tryParseMediaType(text);
  if (mediaType !== undefined) return mediaType;
  throw new OciError('media-type-invalid', `${quoteText(text)} is not a media type.`);
};

/** An image index or a Docker manifest list. */
export const isIndexType = (mediaType: string): boolean =>
  mediaType === MEDIA_TYPES.ociIndex || mediaType === MEDIA_TYPES.dockerIndex;

/** An OCI or Docker schema 2 image manifest. */
export const isImageManifestType = (mediaType: string): boolean =>
  mediaType === MEDIA_TYPES.ociManifest || mediaType === MEDIA_TYPES.dockerManifest;

/** Docker's schema 1, signed or not. */
export const isSchema1Type = (mediaType: string): boolean =>
  mediaType === MEDIA_TYPES.dockerSchema1 || mediaType === MEDIA_TYPES.dockerSchema1Signed;

/** The config of a runnable image, OCI or Docker. */
export const isImageConfigType = (mediaType: string): boolean =>
  mediaType === MEDIA_TYPES.ociConfig || mediaType === MEDIA_TYPES.dockerConfig;

/** A layer of an image's file system, OCI or Docker, of any compression. */
export const isImageLayerType = (mediaType: string): boolean =>
  mediaType.startsWith('application/vnd.oci.image.layer.') ||
  mediaType.startsWith('application/vnd.docker.image.rootfs.');

export type LayerCompression = 'none' | 'gzip' | 'zstd' | 'encrypted' | 'unknown';

const COMPRESSION_SUFFIX = /(?:\.tar|[+./](?:x-)?(?:gzip|zstd|tar)|\.tar[.+]gz)$/;

/** What the media type says about the bytes. The first bytes have the last word: builders mislabel layers. */
export const layerCompression = (mediaType: string): LayerCompression => {
  if (isEncryptedLayer(mediaType)) return 'encrypted';
  const suffix = COMPRESSION_SUFFIX.exec(mediaType)?.[0];
  if (suffix === undefined) return 'unknown';
  if (suffix.endsWith('zstd')) return 'zstd';
  return suffix.endsWith('tar') ? 'none' : 'gzip';
};

/** A layer whose blob the registry need not hold. The media type decides, not `urls` (image-spec layer.md). */
export const isForeignLayer = (mediaType: string): boolean =>
  mediaType.startsWith(MEDIA_TYPES.ociForeignLayer) ||
  mediaType.startsWith(MEDIA_TYPES.dockerForeignLayer);

/** A layer encrypted by ocicrypt (ocicrypt spec/spec.go): its files cannot be listed. */
export const isEncryptedLayer = (mediaType: string): boolean => mediaType.endsWith('+encrypted');
