import { OciError } from './error';
import { failAt, isRecord, readString, type JsonPlace, type JsonRecord } from './json';
import type { Manifest } from './manifest-types';
import {
  isImageManifestType,
  isIndexType,
  isSchema1Type,
  MEDIA_TYPES,
  tryParseMediaType,
} from './media-type';
import { quoteText } from './text';

type Kind = Manifest['kind'];

const PLACE: JsonPlace = { code: 'manifest-invalid', where: '' };

/** The manifest media type that body and header agree on; undefined when neither names one. */
export const declaredType = (
  record: JsonRecord,
  contentType: string | undefined,
): string | undefined => {
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

export const kindOf = (record: JsonRecord, declared: string | undefined): Kind => {
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
