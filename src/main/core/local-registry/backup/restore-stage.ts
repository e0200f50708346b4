import { link, mkdir, rename, rm } from 'node:fs/promises';
import {
  digestAlgorithm,
  digestEncoded,
  parseDigest,
  tryParseDigest,
  type Digest,
} from '#oci/digest';
import type { StorageOptions } from '../progress';
import { algorithmOf } from '../storage/blob-store';
import { hasErrorCode } from '../storage/durable';
import { Layout } from '../storage/layout';
import { tryParseContentPath } from './content-path';
import { writeHashed } from './copy-file';
import { DirFlush } from './dir-flush';
import { BackupFault } from './fault';
import {
  Fingerprint,
  maxRecordBytes,
  recordPath,
  tryParseRecord,
  type BackupRecord,
} from './record';
import { mayLead } from './snapshot';
import type { BackupEntry } from './sources';

/** `sha512:` and 128 hexadecimal digits, and some white space that an editor left. */
const maxLinkBytes = 200;

const damaged = (what: string): BackupFault =>
  new BackupFault(
    'backup-damaged',
    `${what} Nothing was changed. Use another backup, or back up again where the original still is.`,
  );

export type RestoreOptions = StorageOptions &
  Readonly<{
    /** Of the blobs of the backup, where it is known beforehand: for the progress only. */
    totalBytes?: number;
  }>;

/** A backup while it is copied to a folder of its own and checked. */
export class RestoreStage {
  readonly #layout: Layout;
  readonly #flush = new DirFlush();
  readonly #fingerprint = new Fingerprint();
  readonly #blobs = new Set<Digest>();
  readonly #linked = new Set<Digest>();
  #linkCount = 0;
  #blobBytes = 0;
  #copiedBytes = 0;
  #record: BackupRecord | undefined;

  constructor(
    readonly root: string,
    readonly options: RestoreOptions,
  ) {
    this.#layout = new Layout(root);
  }

  /** Copies one entry. Throws BackupFault for one that no backup has. */
  async take(entry: BackupEntry): Promise<void> {
    this.options.signal?.throwIfAborted();
    if (entry.kind === 'folder') return;
    if (entry.kind === 'other') {
      throw damaged(`${entry.path} is neither a file nor a folder, and a backup has nothing else.`);
    }
    if (entry.path === recordPath) {
      this.#record = await readRecord(entry);
      return;
    }
    const place = tryParseContentPath(entry.path);
    if (place === undefined) throw damaged(`${shown(entry.path)} is no path that a backup has.`);
    try {
      if (place.kind === 'blob') await this.#takeBlob(entry, place.digest);
      else await this.#takeLink(entry, place.own);
    } catch (error) {
      if (hasErrorCode(error, 'EEXIST')) throw damaged(`${entry.path} is there twice.`);
      throw error;
    }
  }

  /** Compares the whole with what the backup says it holds, and flushes it. */
  async finish(): Promise<BackupRecord> {
    const record = this.#record;
    if (record === undefined) {
      throw new BackupFault(
        'not-a-backup',
        'There is no finished backup: it was never completed, or something else is in this place. Nothing was changed. Choose another place.',
      );
    }
    const isComplete =
      record.linkCount === this.#linkCount &&
      record.blobCount === this.#blobs.size &&
      record.blobBytes === this.#blobBytes &&
      record.fingerprint === this.#fingerprint.format();
    if (!isComplete) {
      throw damaged(
        `The backup of ${record.createdAt} is not whole: it should have ${record.linkCount} links and ${record.blobCount} blobs of ${record.blobBytes} bytes together, and has ${this.#linkCount} and ${this.#blobs.size} of ${this.#blobBytes}, or some of them were changed.`,
      );
    }
    const leftOut = new Set(record.leftOut.map(({ digest }) => digest));
    for (const digest of this.#linked) {
      if (this.#blobs.has(digest) || leftOut.has(digest)) continue;
      throw damaged(`A link leads to ${digest}, which is not in the backup.`);
    }
    await mkdir(this.#layout.repositoriesDir, { recursive: true });
    await mkdir(this.#layout.blobsDir, { recursive: true });
    await this.#flush.flush();
    return record;
  }

  async #takeBlob(entry: BackupEntry, digest: Digest): Promise<void> {
    const file = `${this.root}/${entry.path}`;
    await this.#flush.makeFor(file);
    const algorithm = digestAlgorithm(digest);
    const { sizeBytes, hashes } = await this.#write(file, entry, new Set([algorithm, 'sha256']));
    if (sizeBytes !== entry.sizeBytes) throw damaged(`${entry.path} is shorter than announced.`);
    if (hashes.get(algorithm) !== digestEncoded(digest)) {
      throw damaged(`The bytes of ${entry.path} do not match their digest.`);
    }
    this.#fingerprint.add(entry.path, String(sizeBytes));
    this.#blobs.add(digest);
    this.#blobBytes += sizeBytes;
    const canonical = parseDigest(`sha256:${hashes.get('sha256') ?? ''}`);
    if (digest !== canonical) await this.#shareBytes(file, canonical);
  }

  #report(bytes: number): void {
    const { totalBytes, progress } = this.options;
    this.#copiedBytes += bytes;
    progress?.({
      completed:
        totalBytes === undefined ? this.#copiedBytes : Math.min(this.#copiedBytes, totalBytes),
      ...(totalBytes !== undefined && { total: totalBytes }),
      unit: 'bytes',
      step: 'Copying and checking the backup',
    });
  }

  async #write(
    file: string,
    entry: BackupEntry,
    algorithms: ReadonlySet<string>,
  ): ReturnType<typeof writeHashed> {
    try {
      return await writeHashed(file, entry.content, {
        algorithms: [...algorithms],
        maxBytes: entry.sizeBytes,
        advance: (bytes) => {
          this.options.signal?.throwIfAborted();
          this.#report(bytes);
        },
      });
    } catch (error) {
      if (error instanceof RangeError) throw damaged(`${entry.path} is longer than announced.`);
      throw error;
    }
  }

  /** Bytes under sha512 have a sha256 name as well, as a rule: one file with two names, as a push makes them. */
  async #shareBytes(file: string, canonical: Digest): Promise<void> {
    if (!this.#blobs.has(canonical)) return;
    const temporary = `${file}.tmp`;
    try {
      await link(`${this.#layout.blobDir(canonical)}/data`, temporary);
      await rename(temporary, file);
    } catch (error) {
      await rm(temporary, { force: true });
      if (!hasErrorCode(error, 'EPERM', 'ENOTSUP', 'EMLINK', 'ENOSYS')) throw error;
    }
  }

  async #takeLink(entry: BackupEntry, own: Digest | undefined): Promise<void> {
    if (entry.sizeBytes > maxLinkBytes) throw damaged(`${entry.path} is too long for a link.`);
    const digest = tryParseDigest((await readSmall(entry, maxLinkBytes)).toString('latin1').trim());
    if (digest === undefined || algorithmOf(digest) === undefined) {
      throw damaged(`The link ${entry.path} holds no digest.`);
    }
    if (own !== undefined && !mayLead(own, digest)) {
      throw damaged(`The link ${entry.path} leads to ${digest}.`);
    }
    const file = `${this.root}/${entry.path}`;
    await this.#flush.makeFor(file);
    await writeHashed(file, onePiece(digest), { algorithms: [] });
    this.#fingerprint.add(entry.path, digest);
    this.#linkCount += 1;
    if (own !== undefined && !entry.path.includes('/_manifests/tags/')) this.#linked.add(digest);
  }
}

async function readRecord(entry: BackupEntry): Promise<BackupRecord> {
  if (entry.sizeBytes > maxRecordBytes) throw damaged(`${recordPath} is too long.`);
  const record = tryParseRecord(await readSmall(entry, maxRecordBytes));
  if (record === undefined) throw damaged(`${recordPath} is not what a backup writes.`);
  return record;
}

async function readSmall(entry: BackupEntry, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of entry.content) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > maxBytes) throw damaged(`${entry.path} is longer than announced.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const onePiece = async function* (text: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(text));
};

/** A path from a stranger, as it can be shown. */
const shown = (path: string): string => JSON.stringify(path.slice(0, 200));
