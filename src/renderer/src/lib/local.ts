import type { LocalActivity, LocalLogLine, LocalProgress, LocalView } from '#contract/local';
import type { LocalSpaceReport } from '#contract/local';
import { api } from './api';
import { queryKeys } from './keys';
import { type StreamQuery, type StreamQueryResult, useStreamQuery } from './stream-query';

/** Older entries are in the registry's own records; the window keeps what a person scrolls through. */
const mostEntries = 500;
const mostLines = 1000;

const noEntries: readonly LocalActivity[] = [];
const noLines: readonly LocalLogLine[] = [];

const lastView = (
  value: LocalView | undefined,
  pages: readonly LocalView[],
): LocalView | undefined => pages.at(-1) ?? value;

/** The local registry as main tells it at every change; undefined until it is known. */
export const useLocal = (): LocalView | undefined =>
  useStreamQuery<Record<string, never>, LocalView, null, LocalView | undefined>({
    queryKey: queryKeys.local,
    method: api.local.watch,
    request: {},
    initial: undefined,
    merge: lastView,
  }).value;

/** Newest first and bounded; an entry that comes again (its outcome is known now) takes the place of the older word. */
export const addEntries = (
  entries: readonly LocalActivity[],
  pages: readonly (readonly LocalActivity[])[],
): readonly LocalActivity[] => {
  const byId = new Map(entries.toReversed().map((entry) => [entry.id, entry]));
  for (const entry of pages.flat()) byId.set(entry.id, entry);
  return [...byId.values()]
    .toReversed()
    .toSorted((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0))
    .slice(0, mostEntries);
};

/** What happened in the local registry, newest first. */
export const useLocalActivity = (): readonly LocalActivity[] =>
  useStreamQuery<Record<string, never>, readonly LocalActivity[], null, readonly LocalActivity[]>({
    queryKey: queryKeys.localActivity,
    method: api.local.activity,
    request: {},
    initial: noEntries,
    merge: addEntries,
  }).value;

const addLines = (
  lines: readonly LocalLogLine[],
  pages: readonly (readonly LocalLogLine[])[],
): readonly LocalLogLine[] => [...lines, ...pages.flat()].slice(-mostLines);

/** The log of the local registry, oldest first; read while it is shown. */
export const useLocalLog = (): StreamQueryResult<readonly LocalLogLine[], null> =>
  useStreamQuery<Record<string, never>, readonly LocalLogLine[], null, readonly LocalLogLine[]>({
    queryKey: queryKeys.localLog,
    method: api.local.log,
    request: {},
    initial: noLines,
    merge: addLines,
  });

type SpaceQuery = StreamQuery<
  Record<string, never>,
  LocalProgress,
  LocalSpaceReport,
  LocalProgress | undefined
>;

const lastProgress = (
  value: LocalProgress | undefined,
  pages: readonly LocalProgress[],
): LocalProgress | undefined => pages.at(-1) ?? value;

const spaceQuery = (enabled: boolean): SpaceQuery => ({
  queryKey: queryKeys.localSpace,
  method: api.local.space,
  request: {},
  initial: undefined,
  merge: lastProgress,
  enabled,
});

/** Counts where the space goes; the report is in `end`, and an older one stays until the new one is there. */
export const useLocalSpace = (
  enabled: boolean,
): StreamQueryResult<LocalProgress | undefined, LocalSpaceReport> =>
  useStreamQuery(spaceQuery(enabled));
