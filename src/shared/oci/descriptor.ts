import { tryParseDigest, type Digest } from './digest';
import {
  asRecord,
  failAt,
  readString,
  readStringRecord,
  readStrings,
  requireSize,
  requireString,
  type JsonPlace,
  type JsonRecord,
  type StringRecord,
} from './json';
import { parsePlatform, type Platform } from './platform';

/** image-spec descriptor.md; the names are those of the specification. */
export type Descriptor = {
  readonly mediaType: string;
  readonly digest: Digest;
  /** Bytes of the content, as stored. */
  readonly size: number;
  readonly urls?: readonly string[];
  readonly annotations?: StringRecord;
  /** The content itself in base64. Its length was checked against `size`; its hash was not. */
  readonly data?: string;
  readonly artifactType?: string;
  readonly platform?: Platform;
};

type MutableDescriptor = { -readonly [K in keyof Descriptor]: Descriptor[K] };

/**
 * RFC 4648, section 4, but for the length, which is checked beside it: a group that repeats over megabytes overflows
 * the stack of the regular expression engine.
 */
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * Reads a descriptor. Unknown fields are dropped, null counts as absent.
 * @param where names the place in the error's message
 * @throws OciError descriptor-invalid, platform-invalid
 */
export const parseDescriptor = (json: unknown, where = ''): Descriptor => {
  const place: JsonPlace = { code: 'descriptor-invalid', where };
  const record = asRecord(json, place);
  const descriptor: MutableDescriptor = {
    mediaType: requireString(record, 'mediaType', place),
    digest: readDigest(record, place),
    size: requireSize(record, 'size', place),
  };
  addOptional(descriptor, record, place);
  return descriptor;
};

const readDigest = (record: JsonRecord, place: JsonPlace): Digest => {
  const digest = tryParseDigest(requireString(record, 'digest', place));
  return digest ?? failAt(place, 'digest', 'is not a digest');
};

const addOptional = (descriptor: MutableDescriptor, record: JsonRecord, place: JsonPlace): void => {
  const artifactType = readString(record, 'artifactType', place);
  if (artifactType) descriptor.artifactType = artifactType;
  const annotations = readStringRecord(record, 'annotations', place);
  if (annotations !== undefined) descriptor.annotations = annotations;
  const urls = readStrings(record, 'urls', place);
  if (urls !== undefined) descriptor.urls = urls;
  const data = readString(record, 'data', place);
  if (data !== undefined) descriptor.data = checkedContent(data, descriptor.size, place);
  const platform = record['platform'];
  if (platform !== undefined && platform !== null) {
    descriptor.platform = parsePlatform(platform, place.where && `${place.where}.platform`);
  }
};

/** Embedded content must be what the descriptor describes (image-spec descriptor.md, Embedded Content). */
const checkedContent = (data: string, size: number, place: JsonPlace): string => {
  if (data.length % 4 !== 0 || !BASE64.test(data)) return failAt(place, 'data', 'is not base64');
  const padding = data.endsWith('==') ? 2 : data.endsWith('=') ? 1 : 0;
  const decoded = (data.length / 4) * 3 - padding;
  return decoded === size ? data : failAt(place, 'data', 'does not have the length that size says');
};
