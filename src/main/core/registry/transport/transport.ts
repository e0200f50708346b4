import { readBody } from './body';
import { createCalls, type Call } from './call';
import { createExchange, type Exchange } from './exchange';
import { createFailureMapper } from './failures';
import { createRequestQueue, type Release } from './queue';
import { createRetrier } from './retrier';
import { createRoutes } from './routes';
import type {
  BufferedAnswer,
  OpenAnswer,
  Transport,
  TransportRequest,
  TransportSettings,
} from './shapes';

/** The only way to the network: queue, time-outs, redirects, retries, caps and redaction in one place. */
export function createTransport(settings: TransportSettings): Transport {
  const { limits } = settings;
  const routes = createRoutes(settings);
  const calls = createCalls();
  const exchange = createExchange(settings, routes);
  const toError = createFailureMapper(settings);
  const queue = createRequestQueue({ limit: limits.concurrency, reserved: 2 });
  const blobQueue = createRequestQueue({ limit: limits.blobConcurrency, reserved: 1 });
  const retry = createRetrier(limits, (until) => queue.pauseUntil(until));

  const readAnswer = async (
    sent: Exchange,
    maxBytes: number,
    isHead: boolean,
  ): Promise<BufferedAnswer> => {
    const { status, headers, url, body } = sent;
    const bytes =
      status >= 300
        ? await readBody(body, { capBytes: limits.errorBytes, atCap: 'truncate' })
        : await readBody(body, { capBytes: maxBytes, ...(!isHead && { declaredIn: headers }) });
    return { status, headers, url, bytes };
  };

  const fetchOnce = async (
    request: TransportRequest,
    maxBytes: number,
    call: Call,
    attempt: number,
  ): Promise<BufferedAnswer> => {
    const at = { url: request.url };
    let release: Release | undefined;
    let stopTimer: (() => void) | undefined;
    try {
      release = await queue.acquire(request.priority ?? 'interactive', call.signal);
      stopTimer = call.startTimer(limits.totalMs);
      const sent = await exchange(request, call.signal, attempt, at);
      return await readAnswer(sent, maxBytes, request.method === 'HEAD');
    } catch (error) {
      throw await toError(error, at.url, request.step);
    } finally {
      stopTimer?.();
      release?.();
    }
  };

  const openOnce = async (
    request: TransportRequest,
    call: Call,
    attempt: number,
  ): Promise<OpenAnswer | BufferedAnswer> => {
    const at = { url: request.url };
    let release: Release | undefined;
    try {
      release = await blobQueue.acquire(request.priority ?? 'interactive', call.signal);
      const sent = await exchange(request, call.signal, attempt, at);
      if (sent.status < 300) return { ...sent, release };
      const answer = await readAnswer(sent, limits.errorBytes, false);
      release();
      return answer;
    } catch (error) {
      release?.();
      throw await toError(error, at.url, request.step);
    }
  };

  return {
    async fetch(request, maxBytes) {
      const call = calls.begin(request.signal);
      try {
        return await retry(request, call.signal, (n) => fetchOnce(request, maxBytes, call, n));
      } finally {
        call.dispose();
      }
    },
    async open(request) {
      const call = calls.begin(request.signal);
      try {
        const answer = await retry(request, call.signal, (n) => openOnce(request, call, n));
        if (!('body' in answer)) {
          call.dispose();
          return answer;
        }
        const release = (): void => {
          answer.release();
          call.dispose();
        };
        return { ...answer, release };
      } catch (error) {
        call.dispose();
        throw error;
      }
    },
    toError: (error, answer, step) => toError(error, answer.url, step),
    async close() {
      calls.cancelAll();
      await routes.close();
    },
  };
}
