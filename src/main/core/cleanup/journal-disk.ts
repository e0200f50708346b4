import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { tryParseDigest, type Digest } from '#oci/digest';
import { JournalError, type JournalHeader, type JournalOutcome, type StepRecord } from './journal';
import { errorCodeOf } from './journal-lock';

export const HEADER_FILE = 'entry.json';
export const LOG_FILE = 'steps.log';
/** All manifests one after another: one file to flush instead of thousands. */
export const PACK_FILE = 'manifests.pack';

export type KeptRow = {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly offset: number;
  readonly sizeBytes: number;
  /** Of the bytes: the digest of a signed schema 1 manifest is not their hash. */
  readonly sha256: string;
};

export type HeaderFile = { readonly header: JournalHeader; readonly kept: readonly KeptRow[] };
export type LogLine = { readonly record: StepRecord } | { readonly outcome: JournalOutcome };
export type Log = {
  records: StepRecord[];
  outcome: JournalOutcome | undefined;
  wholeBytes: number;
};

/** The entry on the disk is not what was written. */
class DamagedEntry extends Error {}

export const sha256Hex = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex');

/** An error of node:fs, in contrast to one of the registry that came up through an iterator. */
export const isSystemError = (error: unknown): boolean =>
  /^E[A-Z]+$/u.test(errorCodeOf(error) ?? '');

export const toJournalError = (error: unknown): JournalError => {
  if (error instanceof JournalError) return error;
  const isFull = ['ENOSPC', 'EDQUOT'].includes(errorCodeOf(error) ?? '');
  return new JournalError(isFull ? 'disk-full' : 'unwritable', { cause: error });
};

export const writeDurably = async (file: string, content: string): Promise<void> => {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** Flushes the names in a folder. Windows has no such call and no such need. */
export const syncFolder = async (folder: string): Promise<void> => {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    // Some network mounts refuse to flush folders.
    if (!['EINVAL', 'ENOTSUP'].includes(errorCodeOf(error) ?? '')) throw error;
  } finally {
    await handle.close();
  }
};

const CHECK_CHARS = 16;

/** One line, with a hash of its text before it: a changed line is told from a whole one. */
export const formatLine = (value: HeaderFile | LogLine): string => {
  const text = JSON.stringify(value);
  return `${sha256Hex(text).slice(0, CHECK_CHARS)} ${text}\n`;
};

const parseLine = (line: string): unknown => {
  const text = line.slice(CHECK_CHARS + 1);
  if (sha256Hex(text).slice(0, CHECK_CHARS) !== line.slice(0, CHECK_CHARS)) {
    throw new DamagedEntry('A line is not what was written.');
  }
  return JSON.parse(text) as unknown;
};

/** A last line without its end is what a power cut leaves. Anything else that is not whole is damage. */
export const parseLog = (text: string): Log => {
  const lines = text.split('\n');
  const torn = lines.pop() ?? '';
  const log: Log = { records: [], outcome: undefined, wholeBytes: 0 };
  for (const line of lines) {
    const value = parseLine(line) as LogLine;
    if ('record' in value) log.records.push(value.record);
    else log.outcome = value.outcome;
  }
  log.wholeBytes = Buffer.byteLength(text) - Buffer.byteLength(torn);
  return log;
};

export const parseHeader = (text: string, id: string): HeaderFile => {
  if (!text.endsWith('\n')) throw new DamagedEntry('The header has no end.');
  const file = parseLine(text.slice(0, -1)) as HeaderFile;
  const isWhole = file.header.id === id;
  if (isWhole && file.kept.every(({ digest }) => tryParseDigest(digest) !== undefined)) return file;
  throw new DamagedEntry('The header is that of another entry.');
};
