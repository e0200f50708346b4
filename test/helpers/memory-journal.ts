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
    private readonly onAppend: ((record: StepRecord) => void) | undefined,
  ) {}

  get keptDigests(): readonly Digest[] {
    return [...this.manifests.keys()];
  }

  readManifest(digest: Digest) {
    return Promise.resolve(this.manifests.get(digest));
  }

  append(record: StepRecord) {
    this.records.push(record);
    this.onAppend?.(record);
    return Promise.resolve();
  }

  finish(outcome: JournalOutcome) {
    this.outcome = outcome;
    return Promise.resolve();
  }
}

export type MemoryJournal = Journal & { readonly entries: Map<string, JournalEntry> };

/** A journal that forgets, for thousands of plans a second. `onAppend` may throw, as a process that dies there. */
export const createMemoryJournal = (onAppend?: (record: StepRecord) => void): MemoryJournal => {
  const entries = new Map<string, JournalEntry>();
  const locks = new Set<string>();
  return {
    entries,
    async begin(header, manifests) {
      const kept = new Map<Digest, KeptManifest>();
      for await (const manifest of manifests) kept.set(manifest.digest, manifest);
      const entry = new MemoryEntry(header, kept, onAppend);
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
