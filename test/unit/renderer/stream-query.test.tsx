// @vitest-environment jsdom
import { act, renderHook, waitFor } from '@testing-library/react';
import { QueryClientProvider } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { ContractFailure, callOrThrow, streamToEnd } from '#lib/api';
import { createQueryClient } from '#lib/query-client';
import { useLiveQuery, useStreamQuery } from '#lib/stream-query';
import { setUpWindow } from './render-window';

type Event =
  | { readonly kind: 'page'; readonly page: readonly string[] }
  | { readonly kind: 'end'; readonly value: number }
  | {
      readonly kind: 'failed';
      readonly error: {
        readonly code: 'denied';
        readonly message: string;
        readonly detail: object;
      };
    };

/** A stream that sends what the test says, when it says so. */
const createSource = () => {
  const opened: {
    request: { readonly key: string };
    send: (event: Event) => void;
    isStopped: boolean;
  }[] = [];
  const method = (request: { readonly key: string }, listener: (event: Event) => void) => {
    const one = { request, send: listener, isStopped: false };
    opened.push(one);
    return () => {
      one.isStopped = true;
    };
  };
  return { opened, method };
};

type Source = ReturnType<typeof createSource>;

const renderStream = (source: Source, first = 'a') => {
  const client = createQueryClient();
  let renders = 0;
  const hook = renderHook(
    ({ key }: { readonly key: string }) => {
      renders += 1;
      return useStreamQuery({
        queryKey: ['rows', key],
        method: source.method,
        request: { key },
        initial: [] as readonly string[],
        merge: (rows, pages) => [...rows, ...pages.flat()],
      });
    },
    {
      initialProps: { key: first },
      wrapper: ({ children }: { readonly children: ReactNode }) => (
        <QueryClientProvider client={client}>{children}</QueryClientProvider>
      ),
    },
  );
  return { ...hook, client, renders: () => renders };
};

const page = (...rows: string[]): Event => ({ kind: 'page', page: rows });

describe('stream queries', () => {
  setUpWindow();

  it('grows page by page and is complete only at the end', async () => {
    const source = createSource();
    const { result } = renderStream(source);
    expect(result.current).toMatchObject({ isPending: true, isComplete: false, value: [] });
    act(() => source.opened[0]?.send(page('one')));
    await waitFor(() => expect(result.current.value).toEqual(['one']));
    expect(result.current).toMatchObject({
      isComplete: false,
      isStreaming: true,
      isPending: false,
    });
    act(() => source.opened[0]?.send(page('two')));
    act(() => source.opened[0]?.send({ kind: 'end', value: 2 }));
    await waitFor(() => expect(result.current.isComplete).toBe(true));
    expect(result.current).toMatchObject({ value: ['one', 'two'], end: 2, isStreaming: false });
  });

  it('renders the first page at once, and nine more of one frame once', async () => {
    const source = createSource();
    const { result, renders } = renderStream(source);
    await waitFor(() => expect(source.opened).toHaveLength(1));
    const before = renders();
    act(() => {
      for (let at = 0; at < 10; at += 1) source.opened[0]?.send(page(`row ${at}`));
    });
    await waitFor(() => expect(result.current.value).toHaveLength(10));
    expect(renders() - before).toBe(2);
  });

  it('cancels the stream when its reader goes, and reads a list that was cut off again', async () => {
    const source = createSource();
    const { result, unmount, client } = renderStream(source);
    act(() => source.opened[0]?.send(page('one')));
    await waitFor(() => expect(result.current.value).toEqual(['one']));
    unmount();
    expect(source.opened[0]?.isStopped).toBe(true);
    expect(client.getQueryData(['rows', 'a'])).toMatchObject({ isComplete: false });
  });

  it('cancels the stream of the old key when the key changes', async () => {
    const source = createSource();
    const { result, rerender } = renderStream(source);
    await waitFor(() => expect(source.opened).toHaveLength(1));
    rerender({ key: 'b' });
    await waitFor(() => expect(source.opened).toHaveLength(2));
    expect(source.opened[0]?.isStopped).toBe(true);
    act(() => source.opened[0]?.send(page('late')));
    act(() => source.opened[1]?.send(page('right')));
    await waitFor(() => expect(result.current.value).toEqual(['right']));
  });

  it('keeps a complete list and opens no stream when it is looked at again', async () => {
    const source = createSource();
    const { result, rerender } = renderStream(source);
    act(() => source.opened[0]?.send({ kind: 'end', value: 0 }));
    await waitFor(() => expect(result.current.isComplete).toBe(true));
    rerender({ key: 'b' });
    await waitFor(() => expect(source.opened).toHaveLength(2));
    rerender({ key: 'a' });
    await waitFor(() => expect(result.current.isComplete).toBe(true));
    expect(source.opened).toHaveLength(2);
  });

  it('keeps complete rows on screen while they are read again', async () => {
    const source = createSource();
    const { result } = renderStream(source);
    act(() => source.opened[0]?.send(page('one', 'two')));
    act(() => source.opened[0]?.send({ kind: 'end', value: 2 }));
    await waitFor(() => expect(result.current.isComplete).toBe(true));
    act(() => result.current.refetch());
    await waitFor(() => expect(source.opened).toHaveLength(2));
    act(() => source.opened[1]?.send(page('one')));
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(result.current).toMatchObject({ value: ['one', 'two'], isStreaming: true });
    act(() => source.opened[1]?.send({ kind: 'end', value: 1 }));
    await waitFor(() => expect(result.current.value).toEqual(['one']));
  });

  it('keeps what arrived when the stream fails, with the reason', async () => {
    const source = createSource();
    const { result } = renderStream(source);
    act(() => source.opened[0]?.send(page('one')));
    act(() =>
      source.opened[0]?.send({
        kind: 'failed',
        error: { code: 'denied', message: 'No.', detail: {} },
      }),
    );
    await waitFor(() => expect(result.current.error?.code).toBe('denied'));
    expect(result.current).toMatchObject({ value: ['one'], isComplete: false, isPending: false });
  });

  it('follows a live list, newest word last', async () => {
    const client = createQueryClient();
    let tell: (event: { kind: 'page'; page: readonly string[] }) => void = () => undefined;
    const { result } = renderHook(
      () =>
        useLiveQuery<readonly string[]>({
          queryKey: ['live'],
          method: (_request, listener) => {
            tell = listener;
            return () => undefined;
          },
          initial: [],
        }),
      {
        wrapper: ({ children }: { readonly children: ReactNode }) => (
          <QueryClientProvider client={client}>{children}</QueryClientProvider>
        ),
      },
    );
    act(() => tell({ kind: 'page', page: ['a'] }));
    await waitFor(() => expect(result.current.value).toEqual(['a']));
    act(() => {
      tell({ kind: 'page', page: ['a', 'b'] });
      tell({ kind: 'page', page: ['c'] });
    });
    await waitFor(() => expect(result.current.value).toEqual(['c']));
  });
});

describe('calls and streams', () => {
  setUpWindow();
  const error = { code: 'denied', message: 'No.', detail: {} } as const;

  it('throws a failed answer with its code', async () => {
    await expect(callOrThrow({ ok: false, error })).rejects.toEqual(new ContractFailure(error));
    await expect(callOrThrow({ ok: true, value: 7 })).resolves.toBe(7);
  });

  it('cancels in main when the signal aborts, and listens no more', async () => {
    const stop = vi.fn<() => void>();
    const onPage = vi.fn<(page: string) => void>();
    let send: (event: { kind: 'page'; page: string }) => void = () => undefined;
    const controller = new AbortController();
    const ended = streamToEnd(
      (_request: object, listener: (event: { kind: 'page'; page: string }) => void) => {
        send = listener;
        return stop;
      },
      {},
      { signal: controller.signal, onPage },
    );
    controller.abort();
    await expect(ended).rejects.toMatchObject({ error: { code: 'cancelled' } });
    send({ kind: 'page', page: 'late' });
    expect(stop).toHaveBeenCalledOnce();
    expect(onPage).not.toHaveBeenCalled();
  });

  it('opens nothing when the signal is aborted already', async () => {
    const method = vi.fn<() => () => void>();
    await expect(streamToEnd(method, {}, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      error: { code: 'cancelled' },
    });
    expect(method).not.toHaveBeenCalled();
  });
});
