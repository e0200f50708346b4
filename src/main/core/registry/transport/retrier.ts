import { isRegistryError } from '../errors';
import type { RegistryLimits } from '../limits';
import { failure } from '../words';
import { parseRetryAfter } from './retry-after';
import { backoffMs, createRetryBudget, isRetryableStatus, pause } from './retry';
import type { Answer, TransportRequest } from './shapes';

/** A person waits at the window; work in the background can wait as long as the registry asks. */
const MAX_INTERACTIVE_WAIT_MS = 5_000;

export type Retrier = <A extends Answer>(
  request: TransportRequest,
  signal: AbortSignal,
  tryOnce: (attempt: number) => Promise<A>,
) => Promise<A>;

/**
 * Tries again after 408, 429, 5xx and lost connections, only where a second request cannot do harm.
 * The last answer or error is the caller's to judge. `onThrottled` hears until when a 429 wants silence.
 */
export function createRetrier(
  limits: RegistryLimits,
  onThrottled: (untilMs: number) => void,
): Retrier {
  const budget = createRetryBudget();

  /** The wait before the next try; undefined when there shall be none. */
  const delayFor = (
    request: TransportRequest,
    attempt: number,
    retryAfterMs: number | undefined,
  ): number | undefined => {
    const isInteractive = (request.priority ?? 'interactive') === 'interactive';
    const longestMs = isInteractive
      ? Math.min(MAX_INTERACTIVE_WAIT_MS, limits.maxRetryAfterMs)
      : limits.maxRetryAfterMs;
    // A write is sent again only by who looked first what the one before it has done.
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (!isRead || attempt >= limits.maxRetries) return undefined;
    if (retryAfterMs !== undefined && retryAfterMs > longestMs) return undefined;
    if (!budget.take()) return undefined;
    return retryAfterMs ?? backoffMs(attempt, limits.retryBaseMs);
  };

  const delayAfterAnswer = (
    request: TransportRequest,
    attempt: number,
    answer: Answer,
  ): number | undefined => {
    const retryAfterMs = parseRetryAfter(answer.headers, Date.now());
    const delayMs = delayFor(request, attempt, retryAfterMs);
    if (answer.status === 429 && retryAfterMs !== undefined && delayMs !== undefined) {
      onThrottled(Date.now() + delayMs);
    }
    return delayMs;
  };

  return async (request, signal, tryOnce) => {
    for (let attempt = 0; ; attempt += 1) {
      let delayMs: number | undefined;
      try {
        const answer = await tryOnce(attempt);
        if (!isRetryableStatus(answer.status)) {
          budget.reward();
          return answer;
        }
        delayMs = delayAfterAnswer(request, attempt, answer);
        if (delayMs === undefined) return answer;
      } catch (error) {
        if (isRegistryError(error, 'connection-lost'))
          delayMs = delayFor(request, attempt, undefined);
        if (delayMs === undefined) throw error;
      }
      await pause(delayMs, signal).catch((error: unknown) => {
        throw failure('cancelled', { host: request.url.host, step: request.step, cause: error });
      });
    }
  };
}
