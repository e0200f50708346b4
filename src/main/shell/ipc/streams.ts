import { setMaxListeners } from 'node:events';
import { streamEventChannel, type StreamDelivery } from '#contract/channels';
import type { Result } from '#contract/result';
import type { StreamSink } from '#core/services/handlers';

/** What a stream needs of a window: Electron's WebContents, or a double. */
export type StreamTarget = {
  readonly id: number;
  readonly isDestroyed: () => boolean;
  readonly send: (channel: string, delivery: StreamDelivery) => void;
};

type Work = (sink: StreamSink<unknown>) => Promise<Result<unknown>>;

export type Streams = {
  /** False when the id is malformed or in use. */
  readonly open: (target: StreamTarget, streamId: string, work: Work) => boolean;
  readonly cancel: (target: StreamTarget, streamId: string) => void;
  readonly cancelAll: (target: StreamTarget) => void;
};

const streamIdPattern = /^[0-9a-f-]{36}$/u;

/** Open streams of all windows. A cancelled stream sends nothing more, and its work sees the signal. */
export const createStreams = (): Streams => {
  const running = new Map<string, AbortController>();
  const keyOf = (target: StreamTarget, streamId: string): string => `${target.id}/${streamId}`;

  const run = async (
    target: StreamTarget,
    streamId: string,
    work: Work,
    controller: AbortController,
  ): Promise<void> => {
    const { signal } = controller;
    const send = (event: unknown): void => {
      if (!signal.aborted && !target.isDestroyed()) {
        target.send(streamEventChannel, { streamId, event });
      }
    };
    const result = await work({ signal, page: (page) => send({ kind: 'page', page }) });
    send(
      result.ok ? { kind: 'end', value: result.value } : { kind: 'failed', error: result.error },
    );
    running.delete(keyOf(target, streamId));
  };

  return {
    open: (target, streamId, work) => {
      const key = keyOf(target, streamId);
      if (!streamIdPattern.test(streamId) || running.has(key)) return false;
      const controller = new AbortController();
      // Reading many rows side by side, each request listens for the same cancel.
      setMaxListeners(0, controller.signal);
      running.set(key, controller);
      void run(target, streamId, work, controller);
      return true;
    },
    cancel: (target, streamId) => running.get(keyOf(target, streamId))?.abort(),
    cancelAll: (target) => {
      for (const [key, controller] of running) {
        if (key.startsWith(`${target.id}/`)) controller.abort();
      }
    },
  };
};
