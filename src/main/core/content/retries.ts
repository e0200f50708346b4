import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { cancelled, isTransient, retryAfterMs } from './copy-error';

export type RetryLimits = {
  /** Tries of one blob or manifest after the first. */
  readonly maxRetries: number;
  /** Retries of a whole copy. A blob that arrives gives one back. */
  readonly budget: number;
  /** First wait; doubles with each try, jittered over its whole width. */
  readonly baseMs: number;
  /** A registry that asks for a longer wait ends the copy. */
  readonly maxWaitMs: number;
};

export const defaultRetryLimits: RetryLimits = {
  maxRetries: 6,
  budget: 40,
  baseMs: 300,
  maxWaitMs: 60_000,
};

export type Retries = <T>(
  work: (attempt: number) => Promise<T>,
  options: { signal: AbortSignal; onRetry?: (attempt: number, error: Error) => void },
) => Promise<T>;

/** Tries again what a lost connection or a busy registry ended; gives up when the budget of all is used. */
export function createRetries(limits: RetryLimits): Retries {
  let left = limits.budget;
  const waitFor = (attempt: number, error: unknown): number | undefined => {
    if (!isTransient(error) || attempt >= limits.maxRetries || left <= 0) return undefined;
    const asked = retryAfterMs(error);
    if (asked !== undefined) return asked > limits.maxWaitMs ? undefined : asked;
    const widest = Math.min(limits.maxWaitMs, limits.baseMs * 2 ** attempt);
    return randomInt(Math.max(1, Math.ceil(widest))) + 1;
  };
  return async (work, { signal, onRetry }) => {
    for (let attempt = 0; ; attempt += 1) {
      if (signal.aborted) throw cancelled();
      try {
        const done = await work(attempt);
        left = Math.min(limits.budget, left + 1);
        return done;
      } catch (error) {
        if (signal.aborted) throw error;
        const waitMs = waitFor(attempt, error);
        if (waitMs === undefined) throw error;
        left -= 1;
        if (error instanceof Error) onRetry?.(attempt + 1, error);
        await delay(waitMs, undefined, { signal }).catch(() => {
          throw cancelled();
        });
      }
    }
  };
}
