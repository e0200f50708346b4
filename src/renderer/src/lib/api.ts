import type { TagboatApi } from '#contract/api';
import type { StreamEvent } from '#contract/channel';
import type { ContractError, Result } from '#contract/result';

declare global {
  interface Window {
    readonly tagboat: TagboatApi;
  }
}

/** The bridge to main. Read at each use, so that a window without it fails with a name and not at import. */
export const api: TagboatApi = {
  get app() {
    return window.tagboat.app;
  },
  get registry() {
    return window.tagboat.registry;
  },
  get repository() {
    return window.tagboat.repository;
  },
  get tag() {
    return window.tagboat.tag;
  },
  get image() {
    return window.tagboat.image;
  },
  get settings() {
    return window.tagboat.settings;
  },
  get task() {
    return window.tagboat.task;
  },
  get change() {
    return window.tagboat.change;
  },
  get local() {
    return window.tagboat.local;
  },
};

/** A failed answer as something that can be thrown; `error` is the contract's, unchanged. */
export class ContractFailure extends Error {
  override readonly name = 'ContractFailure';

  constructor(readonly error: ContractError) {
    super(error.message);
  }
}

/** The contract's error inside anything that was thrown; what is not a ContractFailure becomes `internal`. */
export const toContractError = (thrown: unknown): ContractError => {
  if (thrown instanceof ContractFailure) return thrown.error;
  const message = thrown instanceof Error ? thrown.message : 'Something failed without a reason.';
  return { code: 'internal', message, detail: {} };
};

/** The value of an answer. Throws ContractFailure when the answer is an error. */
export const callOrThrow = async <T>(result: Result<T> | Promise<Result<T>>): Promise<T> => {
  const settled = await result;
  if (settled.ok) return settled.value;
  throw new ContractFailure(settled.error);
};

/** What one stream method looks like, whichever channel it belongs to. */
export type StreamCall<Request, Page, End> = (
  request: Request,
  listener: (event: StreamEvent<Page, End>) => void,
) => () => void;

export type StreamOptions<Page> = {
  /** Aborting cancels the work in main and rejects with code `cancelled`. */
  readonly signal?: AbortSignal | undefined;
  readonly onPage?: (page: Page) => void;
};

const cancelled = (): ContractFailure =>
  new ContractFailure({ code: 'cancelled', message: 'This was cancelled.', detail: {} });

/**
 * Follows a stream to its end and resolves with the end's value; pages go to `onPage` as they come.
 * Rejects with ContractFailure when the stream fails or `signal` aborts.
 */
export const streamToEnd = <Request, Page, End>(
  method: StreamCall<Request, Page, End>,
  request: Request,
  { signal, onPage }: StreamOptions<Page> = {},
): Promise<End> =>
  new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(cancelled());
      return;
    }
    let isOver = false;
    const onAbort = (): void => {
      if (isOver) return;
      isOver = true;
      cancel();
      reject(cancelled());
    };
    const finish = (settle: () => void): void => {
      isOver = true;
      signal?.removeEventListener('abort', onAbort);
      settle();
    };
    const cancel = method(request, (event) => {
      if (isOver) return;
      if (event.kind === 'page') onPage?.(event.page);
      else if (event.kind === 'end') finish(() => resolve(event.value));
      else finish(() => reject(new ContractFailure(event.error)));
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
