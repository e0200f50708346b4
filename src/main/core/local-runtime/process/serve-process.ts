import type { FromProcess, ToProcess } from '../messages';
import { RuntimeProblem, type RuntimeFault } from '../view';
import { explainFailure } from './explain';
import { Reporter } from './reporter';
import { ServedRegistry, type Work } from './served-registry';

/** How the process talks to its host. */
export type HostChannel = {
  readonly post: (message: FromProcess) => void;
  readonly onMessage: (listener: (message: ToProcess) => void) => void;
  /** The host is gone: nobody will ask for anything any more. */
  readonly onGone: (listener: () => void) => void;
};

const heartbeatMs = 1000;
/** Time for the last message to leave the process. */
const farewellMs = 100;
const orphanDrainMs = 2000;
/** How often progress crosses to the host. */
const progressEveryMs = 100;

type Request = Extract<ToProcess, { kind: 'request' }>;

/** Runs the registry's process until it is asked to close or its host is gone. `entry` is the program's own file. */
export function serveRegistryProcess(channel: HostChannel, entry: URL): void {
  const server = new ProcessServer(channel, entry);
  server.start();
}

class ProcessServer {
  readonly #reporter: Reporter;
  readonly #served: ServedRegistry;
  readonly #running = new Map<
    number,
    { controller: AbortController; switched?: (isDone: boolean) => void }
  >();

  constructor(
    readonly channel: HostChannel,
    entry: URL,
  ) {
    this.#reporter = new Reporter(
      (message) => {
        channel.post(message);
      },
      () => this.#served.registry,
    );
    this.#served = new ServedRegistry(this.#reporter, entry);
  }

  start(): void {
    const { channel } = this;
    channel.onMessage((message) => {
      this.#receive(message);
    });
    channel.onGone(() => {
      void this.#end(orphanDrainMs);
    });
    // Ctrl-C in a terminal reaches the whole group; the host says when it is time.
    process.on('SIGINT', () => undefined);
    process.on('SIGTERM', () => void this.#end(orphanDrainMs));
    for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
      process.on(event, (error: unknown) => {
        this.#fail(error);
      });
    }
    const beat = (): void => {
      channel.post({ kind: 'heartbeat' });
    };
    beat();
    setInterval(beat, heartbeatMs);
  }

  #fail(error: unknown): void {
    const { message } = explainFailure(error, this.#served.folder);
    this.channel.post({ kind: 'fatal', message });
    exitSoon(1);
  }

  async #end(drainMs: number): Promise<void> {
    for (const { controller } of this.#running.values()) controller.abort();
    await this.#served.close(drainMs).catch(() => undefined);
    exitSoon(0);
  }

  #receive(message: ToProcess): void {
    if (message.kind === 'cancel') this.#running.get(message.id)?.controller.abort();
    else if (message.kind === 'switched') this.#running.get(message.id)?.switched?.(message.isDone);
    else void this.#answer(message);
  }

  async #answer(message: Request): Promise<void> {
    const { id } = message;
    const controller = new AbortController();
    this.#running.set(id, { controller });
    try {
      const value = await this.#run(message, this.#workOf(id, controller.signal));
      this.channel.post({ kind: 'answer', id, value });
    } catch (error) {
      const fault = controller.signal.aborted
        ? cancelled
        : explainFailure(error, this.#served.folder);
      if (isDiskFull(error)) this.channel.post({ kind: 'disk-full' });
      this.channel.post({ kind: 'failure', id, fault });
    } finally {
      this.#running.delete(id);
    }
    if (message.ask === 'close') exitSoon(0);
  }

  #run(message: Request, work: Work): Promise<unknown> | null {
    const served = this.#served;
    switch (message.ask) {
      case 'open':
        return served.open(message.request);
      case 'listen':
        return served.listen(message.request);
      case 'set-tls':
        return served.setTls(message.request);
      case 'set-limit':
        return served.setLimit(message.request.limitBytes);
      case 'collect':
        return served.collect(message.request.isPreview, work);
      case 'check':
        return served.check(message.request.isDeep, work);
      case 'space':
        return served.space(work);
      case 'back-up':
        return served.backUp(message.request.place, work);
      case 'restore':
        return served.restore(message.request, work);
      case 'move':
        return served.move(message.request, work);
      case 'close':
        return this.#close(message.request.drainMs);
    }
  }

  async #close(drainMs: number): Promise<null> {
    await this.#served.close(drainMs);
    this.#reporter.close();
    return null;
  }

  #workOf(id: number, signal: AbortSignal): Work {
    let lastAtMs = 0;
    return {
      signal,
      progress: (progress) => {
        const isLast = progress.completed === progress.total;
        if (!isLast && Date.now() - lastAtMs < progressEveryMs) return;
        lastAtMs = Date.now();
        this.channel.post({ kind: 'progress', id, progress });
      },
      switchTo: () => this.#askForSwitch(id),
    };
  }

  #askForSwitch(id: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const running = this.#running.get(id);
      if (running === undefined) return;
      running.switched = (isDone) => {
        if (isDone) resolve();
        else reject(new RuntimeProblem('storage-failed', switchFailed));
      };
      this.channel.post({ kind: 'switch', id });
    });
  }
}

const cancelled: RuntimeFault = { code: 'cancelled', message: 'It was cancelled.' };

const switchFailed =
  'The settings could not be saved, so the old folder stays in use and nothing was moved. Check that the disk of the profile has space.';

function isDiskFull(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  return code === 'ENOSPC' || code === 'EDQUOT';
}

function exitSoon(code: number): void {
  setTimeout(() => process.exit(code), farewellMs);
}
