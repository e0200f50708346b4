import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import {
  JournalError,
  type Journal,
  type JournalEntry,
  type JournalHeader,
  type JournalSummary,
  type KeptManifest,
  type Place,
} from './journal';
import {
  formatLine,
  HEADER_FILE,
  isSystemError,
  LOG_FILE,
  PACK_FILE,
  parseHeader,
  parseLog,
  sha256Hex,
  syncFolder,
  toJournalError,
  writeDurably,
  type KeptRow,
} from './journal-disk';
import { FileEntry } from './journal-entry-file';
import { errorCodeOf, lockPlace } from './journal-lock';

export type JournalLimits = {
  /** Manifests of one entry. */
  readonly maxEntryBytes: number;
  /** All entries together; the oldest ended ones go first, interrupted ones stay. */
  readonly maxTotalBytes: number;
  readonly maxEntries: number;
  /** Damaged entries that are kept for a look. */
  readonly maxQuarantined: number;
};

/** 256 MiB is some 80,000 manifests of 3 KiB. */
const defaultJournalLimits: JournalLimits = {
  maxEntryBytes: 256 * 1024 * 1024,
  maxTotalBytes: 1024 * 1024 * 1024,
  maxEntries: 500,
  maxQuarantined: 20,
};

const QUARANTINE = 'quarantine';
const LOCKS = 'locks';
const ID = /^[0-9A-Za-z-]{1,64}$/u;
/** Far longer than writing an entry takes. */
const STALE_MS = 60 * 60 * 1000;

/**
 * A journal in a folder: one sub-folder an entry, written under a hidden name, flushed and renamed into place.
 * Nothing is read or made before the first call.
 */
export const openJournal = (folder: string, limits: Partial<JournalLimits> = {}): Journal =>
  new FileJournal(folder, { ...defaultJournalLimits, ...limits });

class FileJournal implements Journal {
  constructor(
    private readonly folder: string,
    private readonly limits: JournalLimits,
  ) {}

  async begin(
    header: JournalHeader,
    manifests: AsyncIterable<KeptManifest>,
  ): Promise<JournalEntry> {
    if (!ID.test(header.id)) throw new JournalError('unwritable');
    const hidden = path.join(this.folder, `.${header.id}.${randomUUID()}.tmp`);
    const folder = this.pathOf(header.id);
    try {
      await mkdir(hidden, { recursive: true, mode: 0o700 });
      const kept = await this.writePack(path.join(hidden, PACK_FILE), manifests);
      await this.makeRoom(kept.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
      await writeDurably(path.join(hidden, HEADER_FILE), formatLine({ header, kept }));
      await writeDurably(path.join(hidden, LOG_FILE), '');
      await syncFolder(hidden);
      await rename(hidden, folder);
      await syncFolder(this.folder);
      return new FileEntry(folder, { header, kept }, parseLog(''));
    } catch (error) {
      await rm(hidden, { recursive: true, force: true }).catch(() => {});
      // A manifest that could not be fetched is the registry's error, not the journal's.
      throw isSystemError(error) ? toJournalError(error) : error;
    }
  }

  async open(id: string): Promise<JournalEntry | undefined> {
    if (!ID.test(id)) return undefined;
    const folder = this.pathOf(id);
    try {
      const head = parseHeader(await readFile(path.join(folder, HEADER_FILE), 'utf8'), id);
      const log = parseLog(await readFile(path.join(folder, LOG_FILE), 'utf8'));
      return new FileEntry(folder, head, log);
    } catch (error) {
      const isThere = await stat(folder).catch(() => undefined);
      if (isThere === undefined) return undefined;
      // A folder that cannot be read just now is not damaged.
      if (isSystemError(error) && errorCodeOf(error) !== 'ENOENT') throw toJournalError(error);
      await this.quarantine(id);
      return undefined;
    }
  }

  async list(): Promise<readonly JournalSummary[]> {
    const summaries: JournalSummary[] = [];
    for (const id of await this.ids()) {
      const entry = await this.open(id);
      if (entry === undefined) continue;
      const { place, startedAt, undoes, plan } = entry.header;
      const ended = new Set(
        entry.records.filter(({ state }) => state !== 'begun').map(({ step }) => step),
      );
      const { outcome } = entry;
      const taken = undoes === undefined ? {} : { undoes };
      summaries.push({ id, place, startedAt, plan, outcome, completed: ended.size, ...taken });
    }
    return summaries.sort((left, right) => (left.startedAt < right.startedAt ? 1 : -1));
  }

  lock(place: Place): ReturnType<Journal['lock']> {
    return lockPlace(path.join(this.folder, LOCKS), place);
  }

  private pathOf(id: string): string {
    return path.join(this.folder, id);
  }

  private async ids(): Promise<string[]> {
    const names = await readdir(this.folder, { withFileTypes: true }).catch(() => []);
    return names
      .filter((each) => each.isDirectory() && ID.test(each.name))
      .map(({ name }) => name)
      .filter((name) => name !== QUARANTINE && name !== LOCKS);
  }

  private async writePack(
    file: string,
    manifests: AsyncIterable<KeptManifest>,
  ): Promise<KeptRow[]> {
    const kept: KeptRow[] = [];
    const handle = await open(file, 'wx', 0o600);
    try {
      let offset = 0;
      for await (const { digest, mediaType, bytes } of manifests) {
        const sizeBytes = bytes.length;
        if (offset + sizeBytes > this.limits.maxEntryBytes) throw new JournalError('too-large');
        await handle.writeFile(bytes);
        kept.push({ digest, mediaType, offset, sizeBytes, sha256: sha256Hex(bytes) });
        offset += sizeBytes;
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    return kept;
  }

  /** Ended entries make room, oldest first. What was interrupted is somebody's way back and stays. */
  private async makeRoom(neededBytes: number): Promise<void> {
    await this.removeLeftovers();
    const entries = [...(await this.list())].reverse();
    const sizes = new Map<string, number>();
    for (const { id } of entries) sizes.set(id, await this.sizeOf(this.pathOf(id)));
    let total = [...sizes.values()].reduce((sum, size) => sum + size, neededBytes);
    let count = entries.length + 1;
    const { maxTotalBytes, maxEntries } = this.limits;
    for (const { id, outcome } of entries) {
      if (total <= maxTotalBytes && count <= maxEntries) return;
      if (outcome === undefined || outcome === 'stopped' || outcome === 'cancelled') continue;
      total -= sizes.get(id) ?? 0;
      count -= 1;
      await rm(this.pathOf(id), { recursive: true, force: true });
    }
    if (total > maxTotalBytes || count > maxEntries) throw new JournalError('too-large');
  }

  /** Entries that a kill left half-written, under their hidden names. */
  private async removeLeftovers(): Promise<void> {
    for (const name of await readdir(this.folder).catch(() => [])) {
      if (!name.startsWith('.') || !name.endsWith('.tmp')) continue;
      const file = path.join(this.folder, name);
      const found = await stat(file).catch(() => undefined);
      if (found === undefined || Date.now() - found.mtimeMs < STALE_MS) continue;
      await rm(file, { recursive: true, force: true });
    }
  }

  private async sizeOf(folder: string): Promise<number> {
    return (await stat(path.join(folder, PACK_FILE)).catch(() => undefined))?.size ?? 0;
  }

  private async quarantine(id: string): Promise<void> {
    const aside = path.join(this.folder, QUARANTINE);
    await mkdir(aside, { recursive: true, mode: 0o700 });
    const stamp = new Date().toISOString().replace(/[:.]/gu, '-');
    await rename(this.pathOf(id), path.join(aside, `${stamp}.${id}`)).catch(() => {});
    const names = (await readdir(aside)).sort((left, right) => (left < right ? -1 : 1));
    for (const name of names.slice(0, Math.max(0, names.length - this.limits.maxQuarantined))) {
      await rm(path.join(aside, name), { recursive: true, force: true });
    }
  }
}
