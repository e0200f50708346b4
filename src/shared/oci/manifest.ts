import { describeArtifact, type ArtifactDescription } from './artifact-type';
import { parseDescriptor, type Descriptor } from './descriptor';
import { tryParseDigest, type Digest } from './digest';
import { OciError } from './error';
import {
  asRecord,
  failAt,
  isRecord,
  readArray,
  readString,
  readStringRecord,
  type JsonPlace,
  type JsonRecord,
  type StringRecord,
} from './json';
import {
  isImageConfigType,
  isImageManifestType,
  isIndexType,
  isSchema1Type,
  MEDIA_TYPES,
  tryParseMediaType,
} from './media-type';
import { quoteText } from './text';

export { describeArtifact } from './artifact-type';
export type { ArtifactDescription, ArtifactKind } from './artifact-type';

/** image-spec manifest.md, or Docker's schema 2. `kind` is ours, the other names are those of the specification. */
export type ImageManifest = {
  readonly kind: 'image';
  readonly schemaVersion: 2;
  /** As declared in the body, else by the registry, else what the shape implies. */
  readonly mediaType: string;
  readonly artifactType?: string;
  readonly config: Descriptor;
  /** Base layer first. */
  readonly layers: readonly Descriptor[];
  readonly subject?: Descriptor;
  readonly annotations?: StringRecord;
};

/** image-spec image-index.md, or Docker's manifest list. Its manifests may be of any type, nested indexes too. */
export type ImageIndex = {
  readonly kind: 'index';
  readonly schemaVersion: 2;
  readonly mediaType: string;
  readonly artifactType?: string;
  readonly manifests: readonly Descriptor[];
  readonly subject?: Descriptor;
  readonly annotations?: StringRecord;
};

/** Docker's schema 1: recognised and named, nothing more. Its digest is not the hash of its bytes when it is signed. */
export type Schema1Manifest = {
  readonly kind: 'schema1';
  readonly schemaVersion: 1;
  readonly mediaType: string;
  readonly name?: string;
  readonly tag?: string;
  readonly architecture?: string;
  /** Newest first, the reverse of `layers`. */
  readonly fsLayers: readonly { readonly blobSum: Digest }[];
};

export type Manifest = ImageManifest | ImageIndex | Schema1Manifest;

type Kind = Manifest['kind'];

const PLACE: JsonPlace = { code: 'manifest-invalid', where: '' };

/**
 * Reads a manifest of any kind. The kind follows from the body's `mediaType`, else the Content-Type, else the shape:
 * `manifests` is an index, `layers` or `config` an image, `schemaVersion: 1` or `fsLayers` schema 1.
 * Unknown fields are dropped, null counts as absent.
 * @param contentType the Content-Type header; parameters are ignored
 * @throws OciError manifest-invalid, manifest-unsupported, descriptor-invalid, platform-invalid
 */
export const parseManifest = (json: unknown, contentType?: string): Manifest => {
  const record = asRecord(json, PLACE);
  const declared = declaredType(record, contentType);
  const kind = kindOf(record, declared);
  switch (kind) {
    case 'index':
      return parseIndex(record, declared ?? MEDIA_TYPES.ociIndex);
    case 'image':
      return parseImage(record, declared ?? MEDIA_TYPES.ociManifest);
    case 'schema1':
      return parseSchema1(record, declared ?? MEDIA_TYPES.dockerSchema1);
  }
};

/** The manifest media type that body and header agree on; undefined when neither names one. */
const declaredType = (record: JsonRecord, contentType: string | undefined): string | undefined => {
  const header = tryParseMediaType(contentType);
  const field = readString(record, 'mediaType', PLACE);
  if (!field) return header !== undefined && isManifestType(header) ? header : undefined;
  const body = tryParseMediaType(field);
  if (body === undefined) return failAt(PLACE, 'mediaType', 'is not a media type');
  if (header !== undefined && header !== body) {
    const problem = `says ${quoteText(body)}, the registry says ${quoteText(header)}`;
    return failAt(PLACE, 'mediaType', problem);
  }
  return isManifestType(body) ? body : failUnsupported(body);
};

const isManifestType = (mediaType: string): boolean =>
  isImageManifestType(mediaType) ||
  isIndexType(mediaType) ||
  isSchema1Type(mediaType) ||
  mediaType === MEDIA_TYPES.ociArtifactManifest;

const failUnsupported = (mediaType: string): never => {
  throw new OciError(
    'manifest-unsupported',
    `The manifest is of the type ${quoteText(mediaType)}, which Tagboat does not read.`,
  );
};

const kindOf = (record: JsonRecord, declared: string | undefined): Kind => {
  const looksLikeIndex = hasItems(record['manifests']);
  const looksLikeImage = hasItems(record['layers']) || isRecord(record['config']);
  // One digest must not mean two things to two readers (image-spec security advisory on manifest type confusion).
  if (looksLikeIndex && looksLikeImage) {
    return failAt(PLACE, '', 'is an index and an image at once');
  }
  if (declared === undefined) return kindByShape(record);
  const kind = kindByType(declared);
  const isContradicted =
    (kind === 'index' && looksLikeImage) || (kind === 'image' && looksLikeIndex);
  return isContradicted ? failAt(PLACE, 'mediaType', 'does not fit the content') : kind;
};

const kindByType = (declared: string): Kind => {
  if (isIndexType(declared)) return 'index';
  if (isImageManifestType(declared)) return 'image';
  return isSchema1Type(declared) ? 'schema1' : failUnsupported(declared);
};

const kindByShape = (record: JsonRecord): Kind => {
  if (Array.isArray(record['manifests'])) return 'index';
  if (Array.isArray(record['layers']) || isRecord(record['config'])) return 'image';
  if (record['schemaVersion'] === 1 || Array.isArray(record['fsLayers'])) return 'schema1';
  return failAt(PLACE, '', 'is neither an image nor an index');
};

const hasItems = (value: unknown): boolean => Array.isArray(value) && value.length > 0;

const checkSchemaVersion = (record: JsonRecord): 2 =>
  record['schemaVersion'] === 2 ? 2 : failAt(PLACE, 'schemaVersion', 'is not 2');

/** Reads a required list of descriptors; null is what Go writes for an empty one. */
const readDescriptors = (record: JsonRecord, key: string): readonly Descriptor[] => {
  if (record[key] === undefined) return failAt(PLACE, key, 'is missing');
  const list = readArray(record, key, PLACE) ?? [];
  return list.map((item, index) => parseDescriptor(item, `${key}[${String(index)}]`));
};

type Shared = { artifactType?: string; subject?: Descriptor; annotations?: StringRecord };

const readShared = (record: JsonRecord): Shared => {
  const shared: Shared = {};
  const artifactType = readString(record, 'artifactType', PLACE);
  if (artifactType) shared.artifactType = artifactType;
  const subject = record['subject'];
  if (subject !== undefined && subject !== null) {
    shared.subject = parseDescriptor(subject, 'subject');
  }
  const annotations = readStringRecord(record, 'annotations', PLACE);
  if (annotations !== undefined) shared.annotations = annotations;
  return shared;
};

const parseIndex = (record: JsonRecord, mediaType: string): ImageIndex => ({
  kind: 'index',
  schemaVersion: checkSchemaVersion(record),
  mediaType,
  manifests: readDescriptors(record, 'manifests'),
  ...readShared(record),
});

const parseImage = (record: JsonRecord, mediaType: string): ImageManifest => ({
  kind: 'image',
  schemaVersion: checkSchemaVersion(record),
  mediaType,
  config: parseDescriptor(record['config'], 'config'),
  layers: readDescriptors(record, 'layers'),
  ...readShared(record),
});

const parseSchema1 = (record: JsonRecord, mediaType: string): Schema1Manifest => {
  const name = readString(record, 'name', PLACE);
  const tag = readString(record, 'tag', PLACE);
  const architecture = readString(record, 'architecture', PLACE);
  const fsLayers = (readArray(record, 'fsLayers', PLACE) ?? []).map((item, index) => {
    const blobSum = isRecord(item) ? item['blobSum'] : undefined;
    const digest = typeof blobSum === 'string' ? tryParseDigest(blobSum) : undefined;
    return {
      blobSum: digest ?? failAt(PLACE, `fsLayers[${String(index)}].blobSum`, 'is not a digest'),
    };
  });
  return {
    kind: 'schema1',
    schemaVersion: 1,
    mediaType,
    fsLayers,
    ...(name === undefined ? {} : { name }),
    ...(tag === undefined ? {} : { tag }),
    ...(architecture === undefined ? {} : { architecture }),
  };
};

/** buildkit docs/attestations/attestation-storage.md */
const REFERENCE_TYPE_KEY = 'vnd.docker.reference.type';
const REFERENCE_DIGEST_KEY = 'vnd.docker.reference.digest';

/** An entry of an index that holds BuildKit's attestations about another entry, not an image. */
export const isAttestationDescriptor = (descriptor: Descriptor): boolean =>
  descriptor.annotations?.[REFERENCE_TYPE_KEY] === 'attestation-manifest';

/** The digest of the image that an attestation entry speaks about; undefined when it names none. */
export const attestationSubject = (descriptor: Descriptor): Digest | undefined => {
  const digest = descriptor.annotations?.[REFERENCE_DIGEST_KEY];
  return digest !== undefined && isAttestationDescriptor(descriptor)
    ? tryParseDigest(digest)
    : undefined;
};

/** `artifactType`, else the config's media type (distribution-spec, Listing Referrers). */
export const imageArtifactType = (manifest: ImageManifest): string =>
  manifest.artifactType ?? manifest.config.mediaType;

/**
 * What a manifest holds. The artifact type decides; where it says "image" or nothing (the config of cosign's
 * signatures and of older artifacts is an image config), the layers' media types do.
 */
export const describeManifest = (manifest: Manifest): ArtifactDescription => {
  if (manifest.kind === 'schema1') return describeArtifact(MEDIA_TYPES.dockerConfig);
  if (manifest.kind === 'index') {
    return describeArtifact(manifest.artifactType ?? manifest.mediaType, manifest.annotations);
  }
  const type = imageArtifactType(manifest);
  const isTelling = !isImageConfigType(type) && type !== MEDIA_TYPES.ociEmpty;
  const byType = describeArtifact(type, manifest.annotations);
  if (isTelling && byType.kind !== 'artifact') return byType;
  for (const layer of manifest.layers) {
    const byLayer = describeArtifact(layer.mediaType, layer.annotations);
    if (byLayer.kind !== 'artifact') return byLayer;
  }
  return byType;
};
