import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

/** Answers that a later try may turn into a success. 501 and 505 stay what they are. */
const retryableStatus = new Set([408, 429, 500, 502, 503, 504]);

export function isRetryableStatus(status: number): boolean {
  return retryableStatus.has(status);
}

/**
 * Stops retries from multiplying the load of a registry that is already failing: each retry takes one coin,
 * each success gives a fifth of one back, and without coins the first failure is final.
 */
export type RetryBudget = { take(): boolean; reward(): void };

export function createRetryBudget(capacity = 20): RetryBudget {
  let coins = capacity;
  return {
    take() {
      if (coins < 1) return false;
      coins -= 1;
      return true;
    },
    reward() {
      coins = Math.min(capacity, coins + 0.2);
    },
  };
}

/** Exponential backoff with full jitter: anywhere between 0 and base × 2^attempt, at most 10 s. */
export function backoffMs(attempt: number, baseMs: number): number {
  const ceiling = Math.min(10_000, baseMs * 2 ** attempt);
  return randomInt(0, Math.max(1, Math.round(ceiling)) + 1);
}

/** Rejects with the signal's reason when aborted. */
export async function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(delayMs, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
