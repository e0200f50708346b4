import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { Digest } from '#oci/digest';
import type { JournalEntry, JournalHeader, JournalOutcome, StepRecord } from './journal';
import {
  formatLine,
  LOG_FILE,
  PACK_FILE,
  sha256Hex,
  toJournalError,
  type HeaderFile,
  type KeptRow,
  type Log,
  type LogLine,
} from './journal-disk';
import type { ManifestBytes } from './repository';

/** A disk that has just become full takes a part of the bytes without an error; the next call says that it is full. */
const writeAll = async (handle: FileHandle, bytes: Buffer, position: number): Promise<void> => {
  for (let done = 0; done < bytes.length;) {
    const left = bytes.length - done;
    const { bytesWritten } = await handle.write(bytes, done, left, position + done);
    done += bytesWritten;
  }
};

/** An entry in its folder. The log only grows, one flushed line at a time. */
export class FileEntry implements JournalEntry {
  readonly header: JournalHeader;
  readonly keptDigests: readonly Digest[];
  private readonly rows: ReadonlyMap<Digest, KeptRow>;
  private isTailClean = false;

  constructor(
    private readonly folder: string,
    { header, kept }: HeaderFile,
    private readonly log: Log,
  ) {
    this.header = header;
    this.keptDigests = kept.map(({ digest }) => digest);
    this.rows = new Map(kept.map((row) => [row.digest, row]));
  }

  get records(): readonly StepRecord[] {
    return this.log.records;
  }

  get outcome(): JournalOutcome | undefined {
    return this.log.outcome;
  }

  async readManifest(digest: Digest): Promise<ManifestBytes | undefined> {
    const row = this.rows.get(digest);
    if (row === undefined) return undefined;
    const handle = await open(path.join(this.folder, PACK_FILE), 'r').catch(() => undefined);
    if (handle === undefined) return undefined;
    try {
      const bytes = Buffer.alloc(row.sizeBytes);
      await handle.read(bytes, 0, row.sizeBytes, row.offset);
      return sha256Hex(bytes) === row.sha256 ? { mediaType: row.mediaType, bytes } : undefined;
    } finally {
      await handle.close();
    }
  }

  async append(record: StepRecord): Promise<void> {
    await this.write({ record });
    this.log.records.push(record);
  }

  async finish(outcome: JournalOutcome): Promise<void> {
    await this.write({ outcome });
    this.log.outcome = outcome;
  }

  private async write(line: LogLine): Promise<void> {
    try {
      const handle = await open(path.join(this.folder, LOG_FILE), 'r+');
      try {
        // What a power cut or a full disk left half-written must not become the start of the next line.
        if (!this.isTailClean) await handle.truncate(this.log.wholeBytes);
        this.isTailClean = false;
        const text = Buffer.from(formatLine(line));
        await writeAll(handle, text, this.log.wholeBytes);
        await handle.sync();
        this.log.wholeBytes += text.length;
        this.isTailClean = true;
      } finally {
        await handle.close();
      }
    } catch (error) {
      throw toJournalError(error);
    }
  }
}
