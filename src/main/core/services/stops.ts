import type { StreamSink } from './handlers';

/** Ways to stop work under way whose answer is still wanted: cancelling its stream would lose that. */
export type Stops = {
  /** Runs work that stops when its stream is cancelled, or by `stop` with the same id. */
  readonly during: <Page, T>(
    id: string,
    sink: StreamSink<Page>,
    work: (sink: StreamSink<Page>) => Promise<T>,
  ) => Promise<T>;
  /** Does nothing where no such work is under way. */
  readonly stop: (id: string) => void;
};

export const createStops = (): Stops => {
  const running = new Map<string, AbortController>();
  return {
    during: async (id, { page, signal }, work) => {
      const controller = new AbortController();
      running.set(id, controller);
      try {
        return await work({ page, signal: AbortSignal.any([signal, controller.signal]) });
      } finally {
        if (running.get(id) === controller) running.delete(id);
      }
    },
    stop: (id) => running.get(id)?.abort(),
  };
};
