import type {
  FromProcess,
  ProcessExit,
  RegistryProcess,
  RequestKind,
  Requests,
  ToProcess,
} from '../messages';
import { RuntimeProblem, type RuntimeFault, type WorkOptions } from '../view';

/** What the process tells without being asked. */
export type Told = Exclude<
  FromProcess,
  { kind: 'answer' | 'failure' | 'progress' | 'switch' | 'fatal' }
>;

export type LinkListeners = {
  readonly onTold: (message: Told) => void;
  /** Once; `fatal` is what the process itself said about its end. */
  readonly onExit: (exit: ProcessExit & { readonly fatal: string | undefined }) => void;
};

export type AskOptions = WorkOptions & {
  /** Makes the folder that was moved to the one in use. */
  readonly switchTo?: () => Promise<void>;
};

type Waiting = {
  readonly resolve: (value: unknown) => void;
  readonly reject: (problem: RuntimeProblem) => void;
  readonly options: AskOptions;
};

/** Asks the process and waits for its answers. When the process ends, everything that waits is rejected. */
export class ProcessLink {
  readonly #waiting = new Map<number, Waiting>();
  readonly #exited: Promise<void>;
  #lastId = 0;
  #fatal: string | undefined;
  #isGone = false;

  constructor(
    readonly child: RegistryProcess,
    readonly listeners: LinkListeners,
  ) {
    child.onMessage((message) => {
      this.#receive(message);
    });
    this.#exited = new Promise((resolve) => {
      child.onExit((exit) => {
        this.#isGone = true;
        for (const { reject } of this.#waiting.values()) reject(gone());
        this.#waiting.clear();
        listeners.onExit({ ...exit, fatal: this.#fatal });
        resolve();
      });
    });
  }

  ask<Kind extends RequestKind>(
    ask: Kind,
    request: Requests[Kind]['request'],
    options: AskOptions = {},
  ): Promise<Requests[Kind]['answer']> {
    const { signal } = options;
    if (this.#isGone) return Promise.reject(gone());
    if (signal?.aborted === true) return Promise.reject(cancelled());
    this.#lastId += 1;
    const id = this.#lastId;
    const answered = new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, options });
    });
    const cancel = (): void => {
      this.#post({ kind: 'cancel', id });
    };
    signal?.addEventListener('abort', cancel);
    // Kind and request belong together by the signature of this function.
    this.#post({ kind: 'request', id, ask, request } as ToProcess);
    return answered.finally(() => {
      signal?.removeEventListener('abort', cancel);
    }) as Promise<Requests[Kind]['answer']>;
  }

  /** Ends the process, even one that hangs; resolves when it is gone. */
  async kill(): Promise<void> {
    if (!this.#isGone) this.child.kill();
    await this.#exited;
  }

  /** Resolves when the process is gone. */
  whenGone(): Promise<void> {
    return this.#exited;
  }

  #post(message: ToProcess): void {
    if (!this.#isGone) this.child.postMessage(message);
  }

  #receive(message: FromProcess): void {
    if ('id' in message) this.#receiveFor(message);
    else if (message.kind === 'fatal') this.#fatal = message.message;
    else this.listeners.onTold(message);
  }

  #receiveFor(message: Extract<FromProcess, { id: number }>): void {
    switch (message.kind) {
      case 'answer':
        this.#take(message.id)?.resolve(message.value);
        break;
      case 'failure':
        this.#take(message.id)?.reject(toProblem(message.fault));
        break;
      case 'progress':
        this.#waiting.get(message.id)?.options.progress?.(message.progress);
        break;
      case 'switch':
        void this.#switch(message.id);
        break;
    }
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  async #switch(id: number): Promise<void> {
    const switchTo = this.#waiting.get(id)?.options.switchTo;
    let isDone = false;
    try {
      await switchTo?.();
      isDone = switchTo !== undefined;
    } catch {
      // The process puts into words what was not done.
    }
    this.#post({ kind: 'switched', id, isDone });
  }
}

const toProblem = ({ code, message, field }: RuntimeFault): RuntimeProblem =>
  new RuntimeProblem(code, message, { field });

const gone = (): RuntimeProblem =>
  new RuntimeProblem(
    'registry-failed',
    'The process of the local registry ended before it answered. Start the registry again, then try once more.',
  );

export const cancelled = (): RuntimeProblem => new RuntimeProblem('cancelled', 'It was cancelled.');
