import type { ChangeView } from '#contract/change';
import type { Journal, JournalSummary, Place } from '#core/cleanup/index';
import type { SavedRegistry } from '#core/settings/schema';
import { viewOfEntry } from './change-views';
import { createValue } from './observable';

/** The journal as the window sees it, and which changes of this run are under way. */
export type ChangeJournal = {
  readonly watch: (listener: (changes: readonly ChangeView[]) => void) => () => void;
  /** Marks a place as being changed while `work` runs, and tells the watchers at its start and end. */
  readonly during: <T>(place: Place, work: (tell: () => void) => Promise<T>) => Promise<T>;
  readonly isRunning: (place: Place) => boolean;
};

const keyOf = ({ registry, repository }: Place): string => `${registry} ${repository}`;

export const createChangeJournal = (
  journal: Pick<Journal, 'list'>,
  ofPlace: (place: string) => readonly SavedRegistry[],
): ChangeJournal => {
  const running = new Map<string, number>();
  const views = createValue<readonly ChangeView[]>([]);
  let isRead = false;
  let reading: Promise<void> | undefined;
  let isStale = false;

  const viewAll = (entries: readonly JournalSummary[]): readonly ChangeView[] => {
    // Only the newest entry of a place can be the one that runs.
    const newest = new Set<string>();
    return entries.map((entry) => {
      const key = keyOf(entry.place);
      const isNewest = !newest.has(key);
      newest.add(key);
      const registry = ofPlace(entry.place.registry)[0];
      return viewOfEntry(entry, registry, isNewest && running.has(key));
    });
  };
  const readOnce = async (): Promise<void> => {
    do {
      isStale = false;
      views.set(viewAll(await journal.list()));
    } while (isStale);
  };
  const refresh = (): void => {
    isStale = true;
    // A journal that cannot be read has nothing to offer; a change says so itself when it cannot write there.
    reading ??= readOnce()
      .catch(() => undefined)
      .finally(() => {
        reading = undefined;
      });
  };

  return {
    watch: (listener) => {
      if (!isRead) refresh();
      isRead = true;
      return views.watch(listener);
    },
    during: async (place, work) => {
      const key = keyOf(place);
      running.set(key, (running.get(key) ?? 0) + 1);
      try {
        return await work(refresh);
      } finally {
        const left = (running.get(key) ?? 1) - 1;
        if (left === 0) running.delete(key);
        else running.set(key, left);
        refresh();
      }
    },
    isRunning: (place) => running.has(keyOf(place)),
  };
};
