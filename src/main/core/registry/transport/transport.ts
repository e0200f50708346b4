import type { RegistryStep } from '../errors';
import { readBody } from './body';
import { createCalls, type Call } from './call';
import { createExchange, type Exchange, type Progress } from './exchange';
import { createFailureMapper } from './failures';
import { createRequestQueue, type RequestQueue } from './queue';
import { createRetrier } from './retrier';
import { createRoutes } from './routes';
import type {
  Answer,
  BufferedAnswer,
  OpenAnswer,
  Transport,
  TransportRequest,
  TransportSettings,
} from './shapes';

/** The only way to the network: queue, time-outs, redirects, retries, caps and redaction in one place. */
export function createTransport(settings: TransportSettings): Transport {
  return new NetworkTransport(settings);
}

class NetworkTransport implements Transport {
  private readonly routes;
  private readonly exchange;
  private readonly retry;
  private readonly mapFailure;
  private readonly calls = createCalls();
  private readonly queue: RequestQueue;
  private readonly blobQueue: RequestQueue;
  /** Apart from downloads: a copy within one registry holds a place of both. */
  private readonly uploadQueue: RequestQueue;

  constructor(private readonly settings: TransportSettings) {
    const { limits } = settings;
    this.routes = createRoutes(settings);
    this.exchange = createExchange(settings, this.routes);
    this.mapFailure = createFailureMapper(settings);
    this.queue = createRequestQueue({ limit: limits.concurrency, reserved: 2 });
    this.blobQueue = createRequestQueue({ limit: limits.blobConcurrency, reserved: 1 });
    this.uploadQueue = createRequestQueue({ limit: limits.blobConcurrency, reserved: 1 });
    this.retry = createRetrier(limits, (until) => {
      this.queue.pauseUntil(until);
      this.blobQueue.pauseUntil(until);
      this.uploadQueue.pauseUntil(until);
    });
  }

  async fetch(request: TransportRequest, maxBytes: number): Promise<BufferedAnswer> {
    const call = this.calls.begin(request.signal);
    try {
      return await this.retry(request, call.signal, (attempt) =>
        this.fetchOnce(request, maxBytes, call, attempt),
      );
    } finally {
      call.dispose();
    }
  }

  async upload(request: TransportRequest, maxBytes: number): Promise<BufferedAnswer> {
    const call = this.calls.begin(request.signal);
    const progress: Progress = {
      url: request.url,
      attempt: 0,
      signal: call.signal,
    };
    let release = (): void => {};
    try {
      release = await this.uploadQueue.acquire(request.priority ?? 'background', call.signal);
      return await this.buffer(await this.exchange(request, progress), maxBytes);
    } catch (error) {
      throw await this.mapFailure(error, progress.url, request.step);
    } finally {
      release();
      call.dispose();
    }
  }

  async open(request: TransportRequest): Promise<OpenAnswer | BufferedAnswer> {
    const call = this.calls.begin(request.signal);
    try {
      const answer = await this.retry(request, call.signal, (attempt) =>
        this.openOnce(request, call, attempt),
      );
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
  }

  toError(error: unknown, answer: Answer, step: RegistryStep): Promise<Error> {
    return this.mapFailure(error, answer.url, step);
  }

  async close(): Promise<void> {
    this.calls.cancelAll();
    await this.routes.close();
  }

  private async fetchOnce(
    request: TransportRequest,
    maxBytes: number,
    call: Call,
    attempt: number,
  ): Promise<BufferedAnswer> {
    const progress: Progress = { url: request.url, attempt, signal: call.signal };
    let stop = (): void => {};
    try {
      const release = await this.queue.acquire(request.priority ?? 'interactive', call.signal);
      const stopTimer = call.startTimer(this.settings.limits.totalMs);
      stop = () => {
        stopTimer();
        release();
      };
      const sent = await this.exchange(request, progress);
      return await this.buffer(sent, request.method === 'HEAD' ? undefined : maxBytes);
    } catch (error) {
      throw await this.mapFailure(error, progress.url, request.step);
    } finally {
      stop();
    }
  }

  private async openOnce(
    request: TransportRequest,
    call: Call,
    attempt: number,
  ): Promise<OpenAnswer | BufferedAnswer> {
    const progress: Progress = { url: request.url, attempt, signal: call.signal };
    let release = (): void => {};
    try {
      release = await this.blobQueue.acquire(request.priority ?? 'interactive', call.signal);
      const sent = await this.exchange(request, progress);
      if (sent.status < 300) return { ...sent, release };
      const answer = await this.buffer(sent, undefined);
      release();
      return answer;
    } catch (error) {
      release();
      throw await this.mapFailure(error, progress.url, request.step);
    }
  }

  /** `maxBytes` bounds a successful body; without it there is none. Of an error, what can be read is enough. */
  private async buffer(sent: Exchange, maxBytes: number | undefined): Promise<BufferedAnswer> {
    const { status, headers, url, body } = sent;
    const limit =
      status >= 300 || maxBytes === undefined
        ? { capBytes: this.settings.limits.errorBytes, isExcerpt: true }
        : { capBytes: maxBytes, declaredIn: headers };
    return { status, headers, url, bytes: await readBody(body, limit) };
  }
}
