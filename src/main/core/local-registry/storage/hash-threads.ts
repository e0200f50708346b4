import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { runHashThread, type HashReply, type HashRequest } from './hash-thread';

/** More threads than this gain nothing: the one that takes bytes from the network is the slower one then. */
const maxThreads = 4;

/** Asks one thread about one running hash; rejects when the thread is gone or refuses. */
export type HashChannel = Readonly<{
  read: (fd: number, end: number, algorithms: readonly string[]) => Promise<void>;
  digest: (algorithm: string) => Promise<string>;
  forget: () => void;
}>;

/**
 * Threads that hash uploads while the main thread takes bytes from the network. They are started when the first large
 * upload comes, and none is on a machine with one core.
 */
export class HashThreads {
  #threads: HashThread[] = [];
  #isClosed = false;

  constructor(readonly limit = Math.min(maxThreads, availableParallelism() - 1)) {}

  /** A running hash of its own, on the thread that has the fewest of them; undefined where there is none to be had. */
  open(): HashChannel | undefined {
    if (this.limit <= 0 || this.#isClosed) return undefined;
    this.#threads = this.#threads.filter((thread) => !thread.isGone);
    const idlest = this.#threads.toSorted(
      (left, right) => left.sessionCount - right.sessionCount,
    )[0];
    const isFull = this.#threads.length >= this.limit;
    if (idlest !== undefined && (isFull || idlest.sessionCount === 0)) return idlest.open();
    try {
      const thread = new HashThread();
      this.#threads.push(thread);
      return thread.open();
    } catch {
      // The system refuses another thread; the main one hashes as well.
      return idlest?.open();
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }
}

type Waiting = Readonly<{ resolve: (reply: HashReply) => void; reject: (error: Error) => void }>;

class HashThread {
  readonly #worker = new Worker(`(${runHashThread.toString()})()`, {
    eval: true,
    name: 'hash',
    resourceLimits: { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 32, stackSizeMb: 1 },
  });
  readonly #waiting = new Map<number, Waiting>();
  #lastCall = 0;
  #lastSession = 0;
  sessionCount = 0;
  isGone = false;

  constructor() {
    // The registry decides when to end, not this thread.
    this.#worker.unref();
    this.#worker.on('message', (reply: HashReply) => {
      const waiting = this.#waiting.get(reply.call);
      this.#waiting.delete(reply.call);
      if (reply.error === undefined) waiting?.resolve(reply);
      else waiting?.reject(new Error(reply.error));
    });
    this.#worker.on('error', (error) => {
      this.#end(error);
    });
    this.#worker.on('exit', () => {
      this.#end(new Error('the thread that hashes has ended'));
    });
  }

  open(): HashChannel {
    this.#lastSession += 1;
    this.sessionCount += 1;
    const session = this.#lastSession;
    let isOpen = true;
    return {
      read: async (fd, end, algorithms) => {
        await this.#ask({ session, kind: 'read', fd, end, algorithms });
      },
      digest: async (algorithm) =>
        (await this.#ask({ session, kind: 'digest', algorithm })).hex ?? '',
      forget: () => {
        if (!isOpen) return;
        isOpen = false;
        this.sessionCount -= 1;
        if (!this.isGone) this.#worker.postMessage({ call: 0, session, kind: 'forget' });
      },
    };
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #ask(request: DistributiveOmit<HashRequest, 'call'>): Promise<HashReply> {
    return new Promise((resolve, reject) => {
      if (this.isGone) {
        reject(new Error('the thread that hashes has ended'));
        return;
      }
      this.#lastCall += 1;
      this.#waiting.set(this.#lastCall, { resolve, reject });
      this.#worker.postMessage({ ...request, call: this.#lastCall });
    });
  }

  #end(error: Error): void {
    this.isGone = true;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

type DistributiveOmit<Type, Key extends PropertyKey> = Type extends unknown
  ? Omit<Type, Key>
  : never;
