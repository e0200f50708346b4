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
  return new Queue(options.limit, Math.max(1, options.limit - options.reserved));
}

class Queue implements RequestQueue {
  // Sets keep insertion order and delete in constant time: leaving a page cancels thousands at once.
  private readonly waiting = { interactive: new Set<Waiter>(), background: new Set<Waiter>() };
  private active = 0;
  private pausedUntil = 0;
  private wakeUp: NodeJS.Timeout | undefined;

  constructor(
    private readonly limit: number,
    private readonly backgroundLimit: number,
  ) {}

  async acquire(priority: RequestPriority, signal: AbortSignal): Promise<Release> {
    signal.throwIfAborted();
    return this.hasPlace(priority) ? this.take() : this.wait(priority, signal);
  }

  pauseUntil(timestampMs: number): void {
    this.pausedUntil = Math.max(this.pausedUntil, timestampMs);
  }

  private hasPlace(priority: RequestPriority): boolean {
    const limit = priority === 'interactive' ? this.limit : this.backgroundLimit;
    return this.active < limit && Date.now() >= this.pausedUntil;
  }

  private take(): Release {
    this.active += 1;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.active -= 1;
      this.startNext();
    };
  }

  private wait(priority: RequestPriority, signal: AbortSignal): Promise<Release> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.waiting[priority].delete(waiter);
        reject(signal.reason as Error);
      };
      const waiter: Waiter = {
        start: () => {
          signal.removeEventListener('abort', onAbort);
          resolve(this.take());
        },
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.waiting[priority].add(waiter);
      this.scheduleWakeUp();
    });
  }

  private startNext(): void {
    for (const priority of ['interactive', 'background'] as const) {
      for (const waiter of this.waiting[priority]) {
        if (!this.hasPlace(priority)) break;
        this.waiting[priority].delete(waiter);
        waiter.start();
      }
    }
    this.scheduleWakeUp();
  }

  /** Nothing else would start the waiting ones when a pause ends. */
  private scheduleWakeUp(): void {
    const delayMs = this.pausedUntil - Date.now();
    const isIdle = this.waiting.interactive.size + this.waiting.background.size === 0;
    if (delayMs <= 0 || isIdle || this.wakeUp) return;
    this.wakeUp = setTimeout(() => {
      this.wakeUp = undefined;
      this.startNext();
    }, delayMs);
  }
}
