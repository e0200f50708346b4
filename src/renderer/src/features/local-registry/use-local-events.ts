import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { type LocalActivity, localRegistryId } from '#contract/local';
import { queryKeys } from '#lib/keys';
import { useLocal, useLocalActivity } from '#lib/local';
import { type Pushed, usePushes } from '#state/pushes';
import { createRefresher } from './refresher';

const toPushed = ({ id, action, repository, tag, client, isOwn }: LocalActivity): Pushed[] =>
  action !== 'push' || isOwn || repository === undefined || tag === undefined
    ? []
    : [{ id, repository, tag, client }];

/** Passes on each entry once, oldest first; what happened before the window was there is no news. */
const createNews = (since: number) => {
  let seen: ReadonlySet<string> = new Set();
  return (entries: readonly LocalActivity[]): readonly LocalActivity[] => {
    const fresh = entries.filter(({ id, at }) => !seen.has(id) && Date.parse(at) >= since);
    seen = new Set(entries.map(({ id }) => id));
    return fresh.toReversed();
  };
};

/** Lists that were read from an earlier start, or could not be read without one, are read again. */
const useReadAfterStart = (): void => {
  const client = useQueryClient();
  const state = useLocal()?.state;
  const startedAt = state?.kind === 'running' ? state.startedAt : undefined;
  const wasDown = useRef(false);
  useEffect(() => {
    if (state !== undefined && startedAt === undefined) wasDown.current = true;
    if (startedAt === undefined || !wasDown.current) return;
    wasDown.current = false;
    void client.invalidateQueries({ queryKey: queryKeys.registry(localRegistryId) });
    void client.invalidateQueries({ queryKey: queryKeys.localSpace });
  }, [client, state, startedAt]);
};

/** Keeps the window in step with what happens in the local registry, and tells of tags that others push. */
export const useLocalEvents = (): void => {
  const client = useQueryClient();
  const entries = useLocalActivity();
  const [news] = useState(() => createNews(Date.now()));
  const refresher = useRef<ReturnType<typeof createRefresher>>(undefined);
  useReadAfterStart();
  useEffect(() => {
    refresher.current = createRefresher(client);
    return () => refresher.current?.close();
  }, [client]);
  useEffect(() => {
    const fresh = news(entries);
    if (fresh.length === 0) return;
    refresher.current?.tell(fresh);
    usePushes.getState().tell(fresh.flatMap(toPushed));
  }, [entries, news]);
};
