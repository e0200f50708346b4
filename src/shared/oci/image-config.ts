import { tryParseDigest, type Digest } from './digest';
import type { HistoryEntry } from './history';
import {
  asRecord,
  failAt,
  isRecord,
  readArray,
  readRecord,
  readString,
  readStringRecord,
  readStrings,
  type JsonPlace,
  type JsonRecord,
  type StringRecord,
} from './json';
import { readPlatform, type Platform } from './platform';

export { dockerfileLine } from './dockerfile-line';
export { meaningfulDate } from './meaningful-date';
export { pairHistory, type HistoryEntry, type PairedHistory } from './history';

/** Docker's extension; durations in nanoseconds. */
export type Healthcheck = {
  readonly Test: readonly string[];
  readonly Interval?: number;
  readonly Timeout?: number;
  readonly StartPeriod?: number;
  readonly Retries?: number;
};

/** How a container starts (image-spec config.md, `config`), with the fields that Docker adds. */
export type ExecutionConfig = {
  readonly User?: string;
  /** Keys such as `80/tcp`. */
  readonly ExposedPorts?: JsonRecord;
  readonly Env?: readonly string[];
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  /** Keys are paths. */
  readonly Volumes?: JsonRecord;
  readonly WorkingDir?: string;
  readonly Labels?: StringRecord;
  readonly StopSignal?: string;
  readonly Healthcheck?: Healthcheck;
  readonly OnBuild?: readonly string[];
  readonly Shell?: readonly string[];
};

/** image-spec config.md; the names are those of the specification. Missing `os` or `architecture` read as `unknown`. */
export type ImageConfig = Platform & {
  readonly created?: string;
  readonly author?: string;
  readonly config: ExecutionConfig;
  readonly rootfs: { readonly type: string; readonly diff_ids: readonly Digest[] };
  readonly history: readonly HistoryEntry[];
};

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const PLACE: JsonPlace = { code: 'config-invalid', where: '' };
const CONFIG_PLACE: JsonPlace = { code: 'config-invalid', where: 'config' };

/**
 * Reads an image config. Any optional field may be null (image-spec config.md); unknown fields are dropped.
 * @throws OciError config-invalid
 */
export const parseImageConfig = (json: unknown): ImageConfig => {
  const record = asRecord(json, PLACE);
  const created = readString(record, 'created', PLACE);
  const author = readString(record, 'author', PLACE);
  return {
    ...readPlatform(record, PLACE),
    ...(created === undefined ? {} : { created }),
    ...(author === undefined ? {} : { author }),
    config: readExecution(readRecord(record, 'config', PLACE) ?? {}),
    rootfs: readRootfs(readRecord(record, 'rootfs', PLACE)),
    history: (readArray(record, 'history', PLACE) ?? []).map(readHistoryEntry),
  };
};

const TEXT_FIELDS = ['User', 'WorkingDir', 'StopSignal'] as const;
const LIST_FIELDS = ['Env', 'OnBuild'] as const;
/** Old builders wrote these as one string. */
const ARGUMENT_FIELDS = ['Entrypoint', 'Cmd', 'Shell'] as const;
const SET_FIELDS = ['ExposedPorts', 'Volumes'] as const;

const readExecution = (record: JsonRecord): ExecutionConfig => {
  const config: Mutable<ExecutionConfig> = {};
  for (const key of TEXT_FIELDS) {
    const text = readString(record, key, CONFIG_PLACE);
    if (text) config[key] = text;
  }
  for (const key of LIST_FIELDS) {
    const list = readStrings(record, key, CONFIG_PLACE);
    if (list !== undefined) config[key] = list;
  }
  for (const key of ARGUMENT_FIELDS) {
    const list = readArguments(record, key);
    if (list !== undefined) config[key] = list;
  }
  for (const key of SET_FIELDS) {
    const set = readRecord(record, key, CONFIG_PLACE);
    if (set !== undefined) config[key] = set;
  }
  const labels = readStringRecord(record, 'Labels', CONFIG_PLACE);
  if (labels !== undefined) config.Labels = labels;
  const healthcheck = readRecord(record, 'Healthcheck', CONFIG_PLACE);
  if (healthcheck !== undefined) config.Healthcheck = readHealthcheck(healthcheck);
  return config;
};

const readArguments = (record: JsonRecord, key: string): readonly string[] | undefined => {
  const value = record[key];
  return typeof value === 'string' ? [value] : readStrings(record, key, CONFIG_PLACE);
};

const HEALTHCHECK_PLACE: JsonPlace = { code: 'config-invalid', where: 'config.Healthcheck' };

const readHealthcheck = (record: JsonRecord): Healthcheck => {
  const healthcheck: Mutable<Healthcheck> = {
    Test: readStrings(record, 'Test', HEALTHCHECK_PLACE) ?? [],
  };
  for (const key of ['Interval', 'Timeout', 'StartPeriod', 'Retries'] as const) {
    const value = record[key];
    if (typeof value === 'number') healthcheck[key] = value;
    else if (value !== undefined && value !== null) failAt(HEALTHCHECK_PLACE, key, 'is no number');
  }
  return healthcheck;
};

const readRootfs = (record: JsonRecord | undefined): ImageConfig['rootfs'] => {
  if (record === undefined) return { type: 'layers', diff_ids: [] };
  const place: JsonPlace = { code: 'config-invalid', where: 'rootfs' };
  const digests = readStrings(record, 'diff_ids', place) ?? [];
  return {
    type: readString(record, 'type', place) ?? 'layers',
    diff_ids: digests.map(
      (text) =>
        tryParseDigest(text) ?? failAt(place, 'diff_ids', 'holds something that is no digest'),
    ),
  };
};

const readHistoryEntry = (json: unknown, index: number): HistoryEntry => {
  const place: JsonPlace = { code: 'config-invalid', where: `history[${String(index)}]` };
  const record = isRecord(json) ? json : failAt(place, '', 'is not an object');
  const entry: Mutable<HistoryEntry> = {};
  for (const key of ['created', 'created_by', 'author', 'comment'] as const) {
    const text = readString(record, key, place);
    if (text) entry[key] = text;
  }
  const isEmpty = record['empty_layer'];
  if (typeof isEmpty === 'boolean') entry.empty_layer = isEmpty;
  else if (isEmpty !== undefined && isEmpty !== null) {
    failAt(place, 'empty_layer', 'is neither true nor false');
  }
  return entry;
};
