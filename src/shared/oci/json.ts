import { OciError, type OciErrorCode } from './error';

export type JsonRecord = Readonly<Record<string, unknown>>;

/** String to string, as annotations and labels are. */
export type StringRecord = Readonly<Record<string, string>>;

/** Where a value stands, for the message of the error: "layers[2]" and the code to fail with. */
export type JsonPlace = { readonly code: OciErrorCode; readonly where: string };

const SUBJECTS: Readonly<Partial<Record<OciErrorCode, string>>> = {
  'manifest-invalid': 'The manifest',
  'descriptor-invalid': 'A descriptor',
  'config-invalid': 'The image config',
  'platform-invalid': 'A platform',
};

/** Throws; typed so that it can stand where a value is due. */
export const failAt = (place: JsonPlace, key: string, problem: string): never => {
  const field = [place.where, key].filter((part) => part !== '').join('.');
  const subject = SUBJECTS[place.code] ?? 'The document';
  throw new OciError(place.code, `${subject} is not valid: ${field || 'it'} ${problem}.`);
};

export const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const asRecord = (value: unknown, place: JsonPlace): JsonRecord =>
  isRecord(value) ? value : failAt(place, '', 'is not an object');

/** An optional string: absent and null are undefined, anything else that is no string fails. */
export const readString = (
  record: JsonRecord,
  key: string,
  place: JsonPlace,
): string | undefined => {
  const value = record[key];
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? undefined : failAt(place, key, 'is not text');
};

/** A string that must be there and must not be empty. */
export const requireString = (record: JsonRecord, key: string, place: JsonPlace): string => {
  const value = record[key];
  return typeof value === 'string' && value !== '' ? value : failAt(place, key, 'is missing');
};

/** A size in bytes: a whole number from 0 to 2^53 - 1, the largest a number holds exactly. */
export const requireSize = (record: JsonRecord, key: string, place: JsonPlace): number => {
  const value = record[key];
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
    ? value + 0
    : failAt(place, key, 'is not a whole number of bytes from 0 to 2^53 - 1');
};

/** An optional list: absent and null are undefined. */
export const readArray = (
  record: JsonRecord,
  key: string,
  place: JsonPlace,
): readonly unknown[] | undefined => {
  const value = record[key];
  if (Array.isArray(value)) return value as readonly unknown[];
  return value === undefined || value === null ? undefined : failAt(place, key, 'is not a list');
};

/** An optional list of strings: absent and null are undefined. */
export const readStrings = (
  record: JsonRecord,
  key: string,
  place: JsonPlace,
): readonly string[] | undefined => {
  const list = readArray(record, key, place);
  if (list === undefined) return undefined;
  return list.every((item) => typeof item === 'string')
    ? list
    : failAt(place, key, 'holds something that is not text');
};

/** An optional object: absent and null are undefined. */
export const readRecord = (
  record: JsonRecord,
  key: string,
  place: JsonPlace,
): JsonRecord | undefined => {
  const value = record[key];
  if (isRecord(value)) return value;
  return value === undefined || value === null ? undefined : failAt(place, key, 'is not an object');
};

/** Annotations or labels. The object is checked in place and not copied, unless it holds nulls, which are dropped. */
export const readStringRecord = (
  record: JsonRecord,
  key: string,
  place: JsonPlace,
): StringRecord | undefined => {
  const map = readRecord(record, key, place);
  if (map === undefined || isStringRecord(map)) return map;
  const entries = Object.entries(map).filter(([, value]) => value !== null);
  const kept: JsonRecord = Object.fromEntries(entries);
  return isStringRecord(kept) ? kept : failAt(place, key, 'holds a value that is not text');
};

const isStringRecord = (map: JsonRecord): map is StringRecord => {
  for (const key of Object.keys(map)) if (typeof map[key] !== 'string') return false;
  return true;
};
