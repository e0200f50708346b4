export type RequestPriority = 'interactive' | 'background';

export type Release = () => void;

export type RequestQueue = {
  /** Resolves with the function that gives the place back. Rejects with the signal's reason. */
  acquire(priority: RequestPriority, signal: AbortSignal): Promise<Release>;
  /** Lets nothing new start for a while; used after a 429. */
  pauseUntil(timestampMs: number): void;
};

type Waiter = { start: () => void };

/**
 * At most `limit` requests at once, interactive before background. Background never takes the last
 * `reserved` places, so a click is answered while ten thousand details are being fetched.
 */
export function createRequestQueue(options: { limit: number; reserved: number }): RequestQueue {
  const { limit } = options;
  const backgroundLimit = Math.max(1, limit - options.reserved);
  // Sets keep insertion order and delete in constant time: leaving a page cancels thousands at once.
  const waiting = { interactive: new Set<Waiter>(), background: new Set<Waiter>() };
  let active = 0;
  let pausedUntil = 0;
  let wakeUp: NodeJS.Timeout | undefined;

  const hasPlace = (priority: RequestPriority): boolean =>
    Date.now() >= pausedUntil && active < (priority === 'interactive' ? limit : backgroundLimit);

  const take = (): Release => {
    active += 1;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      active -= 1;
      startNext();
    };
  };

  const startNext = (): void => {
    for (const priority of ['interactive', 'background'] as const) {
      for (const waiter of waiting[priority]) {
        if (!hasPlace(priority)) break;
        waiting[priority].delete(waiter);
        waiter.start();
      }
    }
    scheduleWakeUp();
  };

  const scheduleWakeUp = (): void => {
    const delayMs = pausedUntil - Date.now();
    if (delayMs <= 0 || wakeUp || waiting.interactive.size + waiting.background.size === 0) return;
    wakeUp = setTimeout(() => {
      wakeUp = undefined;
      startNext();
    }, delayMs);
  };

  const wait = (priority: RequestPriority, signal: AbortSignal): Promise<Release> =>
    new Promise((resolve, reject) => {
      const onAbort = (): void => {
        waiting[priority].delete(waiter);
        reject(signal.reason as Error);
      };
      const waiter: Waiter = {
        start: () => {
          signal.removeEventListener('abort', onAbort);
          resolve(take());
        },
      };
      signal.addEventListener('abort', onAbort, { once: true });
      waiting[priority].add(waiter);
      scheduleWakeUp();
    });

  return {
    async acquire(priority, signal) {
      signal.throwIfAborted();
      return hasPlace(priority) ? take() : wait(priority, signal);
    },
    pauseUntil(timestampMs) {
      pausedUntil = Math.max(pausedUntil, timestampMs);
    },
  };
}
