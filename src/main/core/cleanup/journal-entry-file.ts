import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Digest } from '#oci/digest';
import type {
  JournalEntry,
  JournalError,
  JournalHeader,
  JournalOutcome,
  StepRecord,
} from './journal';
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
  private readonly waiting: LogLine[] = [];
  private writing: Promise<void> | undefined;
  private failure: JournalError | undefined;

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

  mediaTypeOf(digest: Digest): string | undefined {
    return this.rows.get(digest)?.mediaType;
  }

  note(record: StepRecord): void {
    this.log.records.push(record);
    this.enqueue({ record });
  }

  async settled(): Promise<void> {
    while (this.writing !== undefined) await this.writing;
    if (this.failure !== undefined) throw this.failure;
  }

  async append(record: StepRecord): Promise<void> {
    this.note(record);
    await this.settled();
  }

  async finish(outcome: JournalOutcome): Promise<void> {
    this.enqueue({ outcome });
    await this.settled();
    this.log.outcome = outcome;
  }

  private enqueue(line: LogLine): void {
    this.waiting.push(line);
    this.writing ??= this.writeWaiting();
  }

  /** One flush for all lines that came while the one before was under way. What fails once has failed: order is all. */
  private async writeWaiting(): Promise<void> {
    try {
      // The end of a step and the begin of the next one are noted at once, and go out together.
      await nextTurn();
      while (this.waiting.length > 0) await this.write(this.waiting.splice(0));
    } catch (error) {
      this.waiting.length = 0;
      this.failure ??= toJournalError(error);
    } finally {
      this.writing = undefined;
    }
  }

  private async write(lines: readonly LogLine[]): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    const handle = await open(path.join(this.folder, LOG_FILE), 'r+');
    try {
      // What a power cut or a full disk left half-written must not become the start of the next line.
      if (!this.isTailClean) await handle.truncate(this.log.wholeBytes);
      this.isTailClean = false;
      const text = Buffer.from(lines.map(formatLine).join(''));
      await writeAll(handle, text, this.log.wholeBytes);
      await handle.datasync();
      this.log.wholeBytes += text.length;
      this.isTailClean = true;
    } finally {
      await handle.close();
    }
  }
}
