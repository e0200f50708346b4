import { createHash } from 'node:crypto';
import { tryParseDigest, type Digest } from '#oci/digest';
import { isRecord, tryParseJson } from '../json';

/** Where a backup says what it holds; the last thing that is written of it. */
export const recordPath = 'tagboat/backup.json';
export const maxRecordBytes = 16 * 1024 * 1024;

/** A blob that links lead to and that could not be backed up. */
export type LeftOut = Readonly<{ digest: Digest; why: 'missing' | 'damaged' }>;

export type BackupRecord = Readonly<{
  version: 1;
  /** ISO 8601. */
  createdAt: string;
  linkCount: number;
  blobCount: number;
  blobBytes: number;
  /** Over every path with what it holds; see Fingerprint. */
  fingerprint: string;
  leftOut: readonly LeftOut[];
}>;

/**
 * A hash over a set of entries in any order: the exclusive or of a SHA-256 for each. It finds what was lost or changed
 * on a disk; entries must not come twice. It is no seal: who can write the backup can write the record.
 */
export class Fingerprint {
  readonly #sum = Buffer.alloc(32);

  /** `holds` is a link's digest, or a blob's size in bytes. */
  add(path: string, holds: string): void {
    const hash = createHash('sha256').update(`${path}\n${holds}\n`).digest();
    for (const [index, byte] of hash.entries()) this.#sum[index] = (this.#sum[index] ?? 0) ^ byte;
  }

  format(): string {
    return this.#sum.toString('hex');
  }
}

export const formatRecord = (record: BackupRecord): string =>
  `${JSON.stringify(record, undefined, 2)}\n`;

/** Undefined for anything that no backup of this release wrote. */
export function tryParseRecord(bytes: Uint8Array): BackupRecord | undefined {
  const json = tryParseJson(bytes);
  if (!isRecord(json) || json['version'] !== 1 || !Array.isArray(json['leftOut'])) return undefined;
  const { createdAt, linkCount, blobCount, blobBytes, fingerprint } = json;
  const isWhole =
    typeof createdAt === 'string' &&
    typeof linkCount === 'number' &&
    typeof blobCount === 'number' &&
    typeof blobBytes === 'number' &&
    typeof fingerprint === 'string';
  if (!isWhole) return undefined;
  const leftOut: LeftOut[] = [];
  for (const entry of json['leftOut'] as unknown[]) {
    if (!isRecord(entry) || typeof entry['digest'] !== 'string') return undefined;
    const digest = tryParseDigest(entry['digest']);
    if (digest === undefined) return undefined;
    leftOut.push({ digest, why: entry['why'] === 'missing' ? 'missing' : 'damaged' });
  }
  return { version: 1, createdAt, linkCount, blobCount, blobBytes, fingerprint, leftOut };
}
