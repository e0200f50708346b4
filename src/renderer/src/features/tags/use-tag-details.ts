import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo } from 'react';
import { api, streamToEnd, toContractError } from '#lib/api';
import { queryKeys } from '#lib/keys';
import {
  emptyTagBook,
  forgetFailures,
  makeStale,
  type TagBook,
  unreadTags,
} from '#lib/tag-details';
import { useCached } from '#lib/use-cached';
import { createBookWriter } from './book-writer';
import { createVisibleReader } from './details-reader';
import { readAllKey, type ReadAllState, startReadAll, stopReadAll } from './read-all';

/** Rows that only flash by while scrolling are not worth a request. */
const settleMs = 80;
/** A scroll that never settles (a held arrow key) still gets its rows. */
const longestWaitMs = 300;

export type TagDetailsReading = {
  readonly book: TagBook;
  /** Tells which tags are on screen; their details are read and the others left. */
  readonly want: (visible: readonly string[]) => void;
  /** Asks again for tags that failed. */
  readonly retry: (tags: readonly string[]) => void;
  /** Shows what is known and reads what is on screen again. */
  readonly refresh: () => void;
  /** Changes the book without asking for anything. */
  readonly forgetGone: (edit: (book: TagBook) => TagBook) => void;
  readonly readAll: ReadAllState;
  readonly startAll: (tags: readonly string[]) => void;
  readonly stopAll: () => void;
};

const idle: ReadAllState = { kind: 'idle' };

/** Passes on the last tags once things are quiet, and at the latest after `longestWaitMs`; the very first at once. */
const createSettler = (run: (tags: readonly string[]) => void) => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let waitingSince: number | undefined;
  let latest: readonly string[] = [];
  let isFirst = true;
  const fire = (): void => {
    timer = undefined;
    waitingSince = undefined;
    run(latest);
  };
  return {
    /** Without tags: the same as before once more. */
    poke: (tags?: readonly string[]): void => {
      latest = tags ?? latest;
      clearTimeout(timer);
      const now = performance.now();
      waitingSince ??= now;
      const restMs = Math.min(settleMs, waitingSince + longestWaitMs - now);
      timer = setTimeout(fire, isFirst ? 0 : Math.max(0, restMs));
      isFirst = false;
    },
    cancel: (): void => clearTimeout(timer),
  };
};

type Place = { readonly registryId: string; readonly repository: string };

const useVisibleReader = ({ registryId, repository }: Place) => {
  const client = useQueryClient();
  const parts = useMemo(() => {
    const writer = createBookWriter(client, queryKeys.tagDetails(registryId, repository));
    const reader = createVisibleReader({
      open: (tags, signal, onPage) =>
        streamToEnd(
          api.tag.details,
          { registryId, repository, tags: [...tags] },
          { signal, onPage },
        ),
      onPage: writer.enter,
      onFailed: (tags, error) =>
        writer.enter({
          details: [],
          failures: tags.map((tag) => ({ tag, error: toContractError(error) })),
        }),
      unread: (tags) => unreadTags(writer.read(), tags),
    });
    const settler = createSettler(reader.want);
    return { writer, reader, settler };
  }, [client, registryId, repository]);
  useEffect(
    () => () => {
      parts.settler.cancel();
      parts.reader.close();
    },
    [parts],
  );
  const change = useCallback(
    (edit: (book: TagBook) => TagBook): void => {
      parts.writer.change(edit);
      parts.settler.poke();
    },
    [parts],
  );
  return { want: parts.settler.poke, change, edit: parts.writer.change };
};

/** The details of a repository's tags: those on screen, read as they come into view, and all of them on request. */
export const useTagDetails = ({ registryId, repository }: Place): TagDetailsReading => {
  const client = useQueryClient();
  const book = useCached(queryKeys.tagDetails(registryId, repository), emptyTagBook);
  const readAll = useCached(readAllKey(registryId, repository), idle);
  const { want, change, edit } = useVisibleReader({ registryId, repository });
  const retry = useCallback(
    (tags: readonly string[]) => change((known) => forgetFailures(known, tags)),
    [change],
  );
  const refresh = useCallback(() => change(makeStale), [change]);
  const startAll = useCallback(
    (tags: readonly string[]) => void startReadAll({ client, registryId, repository }, tags),
    [client, registryId, repository],
  );
  const stopAll = useCallback(
    () => stopReadAll({ client, registryId, repository }),
    [client, registryId, repository],
  );
  return { book, want, retry, refresh, forgetGone: edit, readAll, startAll, stopAll };
};
