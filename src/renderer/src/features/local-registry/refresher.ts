import type { QueryClient, QueryKey } from '@tanstack/react-query';
import { type LocalActivity, localRegistryId } from '#contract/local';
import { queryKeys } from '#lib/keys';
import type { Streamed } from '#lib/stream-query';
import { makeStale, type TagBook } from '#lib/tag-details';

/** A push is many requests; the window reads once when it has come to rest, and never twice at the same time. */
const settleMs = 250;

export type Refresher = {
  readonly tell: (entries: readonly LocalActivity[]) => void;
  readonly close: () => void;
};

/** What of a repository a push or a delete can change: its tags, images and referrers. */
const changing: ReadonlySet<unknown> = new Set(['tags', 'image', 'referrers']);
const canChange = ({ queryKey }: { readonly queryKey: QueryKey }): boolean =>
  changing.has(queryKey[4]);

const isKnown = (client: QueryClient, repository: string): boolean =>
  client
    .getQueryData<Streamed<readonly string[], unknown>>(queryKeys.repositories(localRegistryId))
    ?.value.includes(repository) === true;

/** The tags that were pushed are read again when they are next seen; after a delete, all of them. */
const withStale = (book: TagBook, entries: readonly LocalActivity[]): TagBook => {
  if (entries.some(({ tag }) => tag === undefined)) return makeStale(book);
  const tags = entries.flatMap(({ tag }) => tag ?? []);
  const failures = new Map(book.failures);
  for (const tag of tags) failures.delete(tag);
  const known = tags.filter((tag) => book.byTag.has(tag));
  return { ...book, failures, stale: new Set([...book.stale, ...known]) };
};

const refreshRepository = (
  client: QueryClient,
  repository: string,
  entries: readonly LocalActivity[],
): Promise<void> => {
  client.setQueryData<TagBook>(
    queryKeys.tagDetails(localRegistryId, repository),
    (book) => book && withStale(book, entries),
  );
  return client.invalidateQueries({
    queryKey: queryKeys.repository(localRegistryId, repository),
    predicate: canChange,
  });
};

const refresh = async (client: QueryClient, entries: readonly LocalActivity[]): Promise<void> => {
  const byRepository = new Map<string, LocalActivity[]>();
  for (const entry of entries) {
    if (entry.repository === undefined) continue;
    byRepository.set(entry.repository, [...(byRepository.get(entry.repository) ?? []), entry]);
  }
  const isCatalogTouched = entries.some(
    ({ action, repository }) =>
      action === 'delete' ||
      action === 'collect' ||
      (repository !== undefined && !isKnown(client, repository)),
  );
  await Promise.all([
    ...[...byRepository].map(([repository, own]) => refreshRepository(client, repository, own)),
    client.invalidateQueries({ queryKey: queryKeys.localSpace }),
    isCatalogTouched
      ? client.invalidateQueries({ queryKey: queryKeys.repositories(localRegistryId) })
      : undefined,
  ]);
};

/** Reads what changed in the local registry again: the open table, the tree, the space. Pulls change nothing. */
export const createRefresher = (client: QueryClient): Refresher => {
  let waiting: LocalActivity[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isRunning = false;
  const plan = (): void => {
    if (timer !== undefined || isRunning || waiting.length === 0) return;
    timer = setTimeout(run, settleMs);
  };
  const run = (): void => {
    timer = undefined;
    isRunning = true;
    const entries = waiting;
    waiting = [];
    const over = (): void => {
      isRunning = false;
      plan();
    };
    refresh(client, entries).then(over, over);
  };
  return {
    tell: (entries) => {
      waiting = [...waiting, ...entries.filter(({ action }) => action !== 'pull')];
      plan();
    },
    close: () => {
      clearTimeout(timer);
      timer = undefined;
      waiting = [];
    },
  };
};
