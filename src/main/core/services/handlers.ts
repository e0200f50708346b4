import type { AnswerOf, CallName, EndOf, PageOf, RequestOf, StreamName } from '#contract/contract';

/** What a stream handler gets beside its request. */
export type StreamSink<Page> = {
  readonly page: (page: Page) => void;
  /** Aborted when the window cancels, navigates away or closes. */
  readonly signal: AbortSignal;
};

export type CallHandler<N extends CallName> = (
  request: RequestOf<N>,
) => AnswerOf<N> | Promise<AnswerOf<N>>;

export type StreamHandler<N extends StreamName> = (
  request: RequestOf<N>,
  sink: StreamSink<PageOf<N>>,
) => Promise<EndOf<N>>;

/** One handler a channel; failures are thrown and become `ContractError`s at the boundary. */
export type Handlers = { readonly [N in CallName]: CallHandler<N> } & {
  readonly [N in StreamName]: StreamHandler<N>;
};

/** Resolves when the window stops watching: the end of a stream that has none of its own. */
export const untilAborted = (signal: AbortSignal): Promise<null> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(null);
    else signal.addEventListener('abort', () => resolve(null), { once: true });
  });
