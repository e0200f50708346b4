import type { Digest } from '#oci/digest';
import {
  JournalError,
  type Journal,
  type JournalEntry,
  type JournalHeader,
  type JournalOutcome,
  type KeptManifest,
  type StepRecord,
} from '#core/cleanup/journal';

class MemoryEntry implements JournalEntry {
  readonly records: StepRecord[] = [];
  outcome: JournalOutcome | undefined;

  constructor(
    readonly header: JournalHeader,
    readonly manifests: ReadonlyMap<Digest, KeptManifest>,
    private readonly onWrite: (() => void) | undefined,
  ) {}

  get keptDigests(): readonly Digest[] {
    return [...this.manifests.keys()];
  }

  readManifest(digest: Digest) {
    return Promise.resolve(this.manifests.get(digest));
  }

  mediaTypeOf(digest: Digest) {
    return this.manifests.get(digest)?.mediaType;
  }

  note(record: StepRecord) {
    this.onWrite?.();
    this.records.push(record);
  }

  settled() {
    return Promise.resolve();
  }

  append(record: StepRecord) {
    this.note(record);
    return this.settled();
  }

  finish(outcome: JournalOutcome) {
    this.onWrite?.();
    this.outcome = outcome;
    return Promise.resolve();
  }
}

export type MemoryJournal = Journal & {
  readonly entries: ReadonlyMap<string, MemoryEntry>;
  /** What a process that starts later finds: the entries as they were written, and no lock. */
  copy(onWrite?: () => void): MemoryJournal;
};

/**
 * A journal that forgets, for thousands of plans a second. `onWrite` comes before a line is written and may throw, as a
 * process that dies there, or a full disk.
 */
export const createMemoryJournal = (
  onWrite?: () => void,
  found: Iterable<MemoryEntry> = [],
): MemoryJournal => {
  const entries = new Map<string, MemoryEntry>();
  for (const { header, manifests, records, outcome } of found) {
    const entry = new MemoryEntry(header, manifests, onWrite);
    entry.records.push(...records);
    entry.outcome = outcome;
    entries.set(header.id, entry);
  }
  const locks = new Set<string>();
  return {
    entries,
    copy: (hook) => createMemoryJournal(hook, entries.values()),
    async begin(header, manifests) {
      const kept = new Map<Digest, KeptManifest>();
      for await (const manifest of manifests) kept.set(manifest.digest, manifest);
      onWrite?.();
      const entry = new MemoryEntry(header, kept, onWrite);
      entries.set(header.id, entry);
      return entry;
    },
    open: (id) => Promise.resolve(entries.get(id)),
    list: () =>
      Promise.resolve(
        [...entries.values()].map(({ header, outcome, records }) => ({
          ...header,
          outcome,
          completed: records.length,
        })),
      ),
    lock({ registry, repository }) {
      const key = `${registry} ${repository}`;
      if (locks.has(key)) return Promise.reject(new JournalError('locked'));
      locks.add(key);
      return Promise.resolve({ release: () => Promise.resolve(void locks.delete(key)) });
    },
  };
};
