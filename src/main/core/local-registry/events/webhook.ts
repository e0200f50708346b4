import { randomUUID } from 'node:crypto';
import http from 'node:http';
import { hostname } from 'node:os';
import type { Log } from '../parts';
import { eventsMediaType, formatEnvelope } from './envelope';
import type { EventSource, RegistryEvent } from './event-source';

export type WebhookOptions = Readonly<{
  url: string;
  headers?: Readonly<Record<string, string>>;
  timeoutMs?: number;
  /** First wait after a failure; doubles up to `maxBackoffMs`. */
  backoffMs?: number;
  maxBackoffMs?: number;
}>;

export type Webhook = Readonly<{
  /** Tries to deliver what is waiting, for at most `waitMs`, then stops. */
  close: (waitMs?: number) => Promise<void>;
}>;

/** Like distribution's, the queue is in memory; unlike it, it has an end: the oldest events are dropped and counted. */
const maxQueued = 10_000;
const maxEventsPerRequest = 100;

/**
 * Sends every event to a URL in distribution's envelope. Any answer from 200 to 399 counts as delivered; anything else
 * is sent again, in order, after a growing wait.
 */
export function startWebhook(source: EventSource, options: WebhookOptions, log: Log): Webhook {
  const sender = new WebhookSender(options, log);
  const unsubscribe = source.subscribe((event) => {
    sender.add(event);
  });
  return {
    async close(waitMs = 2000) {
      unsubscribe();
      await sender.close(waitMs);
    },
  };
}

class WebhookSender {
  readonly #queue: RegistryEvent[] = [];
  readonly #source = { address: hostname(), instanceId: randomUUID() };
  readonly #where: string;
  #running: Promise<void> | undefined;
  #isClosed = false;
  #wake: (() => void) | undefined;
  #droppedCount = 0;

  constructor(
    readonly options: WebhookOptions,
    readonly log: Log,
  ) {
    // The path or query may hold a secret.
    this.#where = new URL(options.url).host;
  }

  add(event: RegistryEvent): void {
    this.#queue.push(event);
    if (this.#queue.length > maxQueued) {
      this.#queue.shift();
      this.#droppedCount += 1;
    }
    this.#start();
  }

  #start(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      if (this.#queue.length > 0 && !this.#isClosed) this.#start();
    });
  }

  async close(waitMs: number): Promise<void> {
    const timer = setTimeout(() => {
      this.#isClosed = true;
      this.#wake?.();
    }, waitMs);
    this.#wake?.();
    await this.#running;
    clearTimeout(timer);
    this.#isClosed = true;
  }

  async #run(): Promise<void> {
    const { backoffMs = 1000, maxBackoffMs = 60_000 } = this.options;
    let waitMs = backoffMs;
    while (this.#queue.length > 0 && !this.#isClosed) {
      const events = this.#queue.slice(0, maxEventsPerRequest);
      const problem = await this.#send(formatEnvelope(events, this.#source));
      if (problem === undefined) {
        this.#queue.splice(0, events.length);
        waitMs = backoffMs;
        continue;
      }
      this.#logFailure(problem, waitMs);
      await this.#sleep(waitMs);
      waitMs = Math.min(waitMs * 2, maxBackoffMs);
    }
  }

  #logFailure(problem: string, waitMs: number): void {
    this.log({
      level: 'warn',
      event: 'webhook-failed',
      message: `the webhook did not take events: ${problem}`,
      fields: {
        host: this.#where,
        waiting: this.#queue.length,
        dropped: this.#droppedCount,
        nextTryMs: waitMs,
      },
    });
  }

  /** Undefined when delivered, else why not. */
  async #send(body: string): Promise<string | undefined> {
    const { url, headers = {}, timeoutMs = 5000 } = this.options;
    const client = url.startsWith('https:') ? await import('node:https') : http;
    return new Promise((resolve) => {
      const request = client.request.bind(client);
      const req = request(
        url,
        {
          method: 'POST',
          timeout: timeoutMs,
          headers: {
            'Content-Type': eventsMediaType,
            'Content-Length': Buffer.byteLength(body),
            ...headers,
          },
        },
        (res) => {
          res.resume();
          const status = res.statusCode ?? 0;
          resolve(status >= 200 && status < 400 ? undefined : `it answered ${status}`);
        },
      );
      req.on('timeout', () => req.destroy(new Error('it did not answer in time')));
      req.on('error', (error) => {
        resolve(error.message);
      });
      req.end(body);
    });
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      // Waiting for a webhook is no reason to keep the process alive.
      timer.unref();
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
