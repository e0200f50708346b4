import {
  type QueryClient,
  type QueryKey,
  type UseQueryOptions,
  useQuery,
} from '@tanstack/react-query';
import type { ContractError } from '#contract/result';
import { type StreamCall, streamToEnd, toContractError } from './api';
import { onNextFrame } from './frames';

/** A list while it grows. `end` and `isComplete` come together, when the stream is over. */
export type Streamed<Value, End> = {
  readonly value: Value;
  readonly isComplete: boolean;
  readonly end?: End;
};

export type StreamQuery<Request, Page, End, Value> = {
  readonly queryKey: QueryKey;
  readonly method: StreamCall<Request, Page, End>;
  readonly request: Request;
  readonly initial: Value;
  /** Adds the pages of one animation frame to what is there. Must not change `value`. */
  readonly merge: (value: Value, pages: readonly Page[]) => Value;
  /** False: the stream is not opened (nothing is selected yet). */
  readonly enabled?: boolean;
};

export type StreamQueryResult<Value, End> = Streamed<Value, End> & {
  /** Nothing has arrived yet: time for a skeleton. */
  readonly isPending: boolean;
  /** The stream is open, for the first time or again. */
  readonly isStreaming: boolean;
  /** Why the stream stopped; what had arrived stays in `value`. */
  readonly error: ContractError | undefined;
  readonly refetch: () => void;
};

type Growing<Page, Value> = {
  readonly add: (page: Page) => void;
  /** Takes in what waits for its frame and returns the whole. */
  readonly close: () => Value;
};

/** Publishes the first page at once, and what follows at most once a frame: ten pages in one frame are one render. */
const createGrowing = <Page, Value>(
  initial: Value,
  merge: (value: Value, pages: readonly Page[]) => Value,
  publish: (value: Value) => void,
): Growing<Page, Value> => {
  let value = initial;
  let waiting: Page[] = [];
  let callOff: (() => void) | undefined;
  let isFirst = true;
  const takeIn = (): void => {
    callOff?.();
    callOff = undefined;
    if (waiting.length === 0) return;
    value = merge(value, waiting);
    waiting = [];
  };
  return {
    add: (page) => {
      waiting.push(page);
      if (isFirst) {
        isFirst = false;
        takeIn();
        publish(value);
        return;
      }
      callOff ??= onNextFrame(() => {
        takeIn();
        publish(value);
      });
    },
    close: () => {
      takeIn();
      return value;
    },
  };
};

const runStream = async <Request, Page, End, Value>(
  query: StreamQuery<Request, Page, End, Value>,
  client: QueryClient,
  signal: AbortSignal,
): Promise<Streamed<Value, End>> => {
  const before = client.getQueryData<Streamed<Value, End>>(query.queryKey);
  const growing = createGrowing(query.initial, query.merge, (value) => {
    // A list that was complete stays on screen until the fresh one is: nobody wants rows to vanish and come back.
    if (signal.aborted || before?.isComplete === true) return;
    client.setQueryData<Streamed<Value, End>>(query.queryKey, { value, isComplete: false });
  });
  try {
    const end = await streamToEnd(query.method, query.request, { signal, onPage: growing.add });
    return { value: growing.close(), isComplete: true, end };
  } catch (error) {
    const value = growing.close();
    if (!signal.aborted && before?.isComplete !== true && value !== query.initial) {
      client.setQueryData<Streamed<Value, End>>(query.queryKey, { value, isComplete: false });
    }
    throw error;
  }
};

/**
 * react-query options for a stream: the cache entry grows page by page. The stream is cancelled when the last reader
 * unmounts or the key changes; a list that was cut off so is read again at the next mount, a complete one is kept.
 */
export const streamQueryOptions = <Request, Page, End, Value>(
  query: StreamQuery<Request, Page, End, Value>,
): UseQueryOptions<Streamed<Value, End>> => ({
  queryKey: query.queryKey,
  queryFn: ({ client, signal }) => runStream(query, client, signal),
  staleTime: ({ state }) => (state.data?.isComplete === true ? Number.POSITIVE_INFINITY : 0),
  structuralSharing: false,
  enabled: query.enabled ?? true,
});

/** Reads a stream into the query cache and follows it. */
export const useStreamQuery = <Request, Page, End, Value>(
  query: StreamQuery<Request, Page, End, Value>,
): StreamQueryResult<Value, End> => {
  const result = useQuery(streamQueryOptions(query));
  const { refetch } = result;
  return {
    ...(result.data ?? { value: query.initial, isComplete: false }),
    isPending: result.data === undefined && result.error === null,
    isStreaming: result.fetchStatus === 'fetching',
    error: result.error === null ? undefined : toContractError(result.error),
    refetch: () => void refetch(),
  };
};

export type LiveQuery<Page> = {
  readonly queryKey: QueryKey;
  readonly method: StreamCall<Record<string, never>, Page, null>;
  readonly initial: Page;
};

const takeLast = <Page>(value: Page, pages: readonly Page[]): Page => pages.at(-1) ?? value;

/** Follows a stream that sends its whole list at every change and never ends (registries, tasks, notices). */
export const useLiveQuery = <Page>(query: LiveQuery<Page>): StreamQueryResult<Page, null> =>
  useStreamQuery({ ...query, request: {}, merge: takeLast });
