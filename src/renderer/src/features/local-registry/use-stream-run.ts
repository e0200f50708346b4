import { useCallback, useEffect, useRef, useState } from 'react';
import type { ContractError } from '#contract/result';
import { type StreamCall, streamToEnd, toContractError } from '#lib/api';

export type RunState<Page, End> =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly page: Page | undefined }
  | { readonly kind: 'done'; readonly value: End }
  | { readonly kind: 'failed'; readonly error: ContractError };

export type StreamRun<Request, Page, End> = {
  readonly state: RunState<Page, End>;
  readonly start: (request: Request) => void;
  /** Cancels the work in main and goes back to idle. */
  readonly stop: () => void;
  readonly reset: () => void;
};

/** Runs a stream once for a dialog. Another start, `stop` and leaving the dialog cancel it. */
export const useStreamRun = <Request, Page, End>(
  method: StreamCall<Request, Page, End>,
  onDone: (value: End) => void = () => undefined,
): StreamRun<Request, Page, End> => {
  const [state, setState] = useState<RunState<Page, End>>({ kind: 'idle' });
  const running = useRef<AbortController | null>(null);
  const latest = useRef({ method, onDone });
  useEffect(() => {
    latest.current = { method, onDone };
  });
  useEffect(() => () => running.current?.abort(), []);
  const stop = useCallback(() => {
    running.current?.abort();
    running.current = null;
    setState({ kind: 'idle' });
  }, []);
  const start = useCallback((request: Request) => {
    running.current?.abort();
    const controller = new AbortController();
    const { signal } = controller;
    running.current = controller;
    setState({ kind: 'running', page: undefined });
    const onPage = (page: Page): void => {
      if (!signal.aborted) setState({ kind: 'running', page });
    };
    streamToEnd(latest.current.method, request, { signal, onPage }).then(
      (value) => {
        if (signal.aborted) return;
        setState({ kind: 'done', value });
        latest.current.onDone(value);
      },
      (thrown: unknown) => {
        if (!signal.aborted) setState({ kind: 'failed', error: toContractError(thrown) });
      },
    );
  }, []);
  return { state, start, stop, reset: stop };
};
