/** Why the transport itself stopped a request. It is the reason of the call's signal. */
export class Interruption extends Error {
  readonly code: 'cancelled' | 'timed-out';
  constructor(code: 'cancelled' | 'timed-out') {
    super(code);
    this.code = code;
  }
}

/** One call of a verb: one signal that the user, a time-out and the closing of the client all lead to. */
export type Call = {
  signal: AbortSignal;
  /** Starts the clock for what follows; returns the function that stops it. */
  startTimer(timeoutMs: number): () => void;
  dispose(): void;
};

/** Every open call of a client, so that closing it can stop them. */
export type Calls = { begin(signal: AbortSignal | undefined): Call; cancelAll(): void };

export function createCalls(): Calls {
  const open = new Set<AbortController>();
  let isClosed = false;
  return {
    begin(userSignal) {
      const controller = new AbortController();
      const cancel = (): void => controller.abort(new Interruption('cancelled'));
      if (isClosed || userSignal?.aborted) cancel();
      userSignal?.addEventListener('abort', cancel, { once: true });
      open.add(controller);
      return {
        signal: controller.signal,
        startTimer(timeoutMs) {
          const timer = setTimeout(
            () => controller.abort(new Interruption('timed-out')),
            timeoutMs,
          );
          return () => clearTimeout(timer);
        },
        dispose() {
          userSignal?.removeEventListener('abort', cancel);
          open.delete(controller);
        },
      };
    },
    cancelAll() {
      isClosed = true;
      for (const controller of open) controller.abort(new Interruption('cancelled'));
    },
  };
}
