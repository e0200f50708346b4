import { parseDescriptor, type Descriptor } from './descriptor';
import { tryParseDigest } from './digest';
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
import { declaredType, kindOf } from './manifest-kind';
import type { ImageIndex, ImageManifest, Manifest, Schema1Manifest } from './manifest-types';
import { MEDIA_TYPES } from './media-type';

export { describeArtifact, describeManifest, imageArtifactType } from './artifact-type';
export { attestationSubject, isAttestationDescriptor } from './attestation';
export type { ImageIndex, ImageManifest, Manifest } from './manifest-types';

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
  if (kind === 'index') return parseIndex(record, declared ?? MEDIA_TYPES.ociIndex);
  if (kind === 'image') return parseImage(record, declared ?? MEDIA_TYPES.ociManifest);
  return parseSchema1(record, declared);
};

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

const parseSchema1 = (record: JsonRecord, declared: string | undefined): Schema1Manifest => {
  if (record['schemaVersion'] !== 1) failAt(PLACE, 'schemaVersion', 'is not 1');
  const isSigned = Array.isArray(record['signatures']);
  const name = readString(record, 'name', PLACE);
  const tag = readString(record, 'tag', PLACE);
  const architecture = readString(record, 'architecture', PLACE);
  return {
    kind: 'schema1',
    schemaVersion: 1,
    mediaType: declared ?? (isSigned ? MEDIA_TYPES.dockerSchema1Signed : MEDIA_TYPES.dockerSchema1),
    fsLayers: (readArray(record, 'fsLayers', PLACE) ?? []).map(readFsLayer),
    ...(name ? { name } : {}),
    ...(tag ? { tag } : {}),
    ...(architecture ? { architecture } : {}),
  };
};

const readFsLayer = (json: unknown, index: number): Schema1Manifest['fsLayers'][number] => {
  const blobSum = isRecord(json) ? json['blobSum'] : undefined;
  const digest = typeof blobSum === 'string' ? tryParseDigest(blobSum) : undefined;
  const key = `fsLayers[${String(index)}].blobSum`;
  return { blobSum: digest ?? failAt(PLACE, key, 'is not a digest') };
};
