import { randomUUID } from 'node:crypto';

/** What a task tells of itself while it runs. */
export type TaskSnapshot<Failure> = {
  readonly id: string;
  readonly title: string;
  readonly state: 'running' | 'done' | 'failed' | 'cancelled';
  readonly completed: number;
  readonly total?: number;
  readonly unit: 'tags' | 'bytes' | 'repositories' | 'steps';
  /** ISO 8601. */
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly error?: Failure;
};

/** How the work inside a task reports and stops. */
export type TaskControl = {
  readonly signal: AbortSignal;
  /** `total` may become known, or change, on the way. */
  readonly progress: (completed: number, total?: number) => void;
};

type Start = {
  readonly title: string;
  readonly unit: TaskSnapshot<never>['unit'];
  readonly total?: number;
  /** Cancels the task together with whoever asked for it. */
  readonly signal?: AbortSignal;
};

export type Tasks<Failure> = {
  readonly run: <T>(start: Start, work: (control: TaskControl) => Promise<T>) => Promise<T>;
  /** False when no such task runs. */
  readonly cancel: (id: string) => boolean;
  readonly list: () => readonly TaskSnapshot<Failure>[];
  readonly watch: (listener: (tasks: readonly TaskSnapshot<Failure>[]) => void) => () => void;
  /** Cancels everything that runs. */
  readonly close: () => void;
};

type Options<Failure> = {
  /** Turns what a task threw into what may be shown. */
  readonly describe: (error: unknown) => Failure;
  readonly now?: () => Date;
  /** Progress is told at most this often; the end is told at once. */
  readonly intervalMs?: number;
};

/** Ended tasks are kept as a short history. */
const maxEnded = 50;

/** Everything that runs long enough to be watched: progress, cancel, and a short history, newest first. */
export const createTasks = <Failure>(options: Options<Failure>): Tasks<Failure> => {
  const { describe, now = () => new Date(), intervalMs = 100 } = options;
  const controllers = new Map<string, AbortController>();
  const listeners = new Set<(tasks: readonly TaskSnapshot<Failure>[]) => void>();
  let tasks: readonly TaskSnapshot<Failure>[] = [];
  let timer: NodeJS.Timeout | undefined;

  const tell = (): void => {
    clearTimeout(timer);
    timer = undefined;
    for (const listener of listeners) listener(tasks);
  };
  const tellSoon = (): void => {
    timer ??= setTimeout(tell, intervalMs).unref();
  };
  const change = (id: string, part: Partial<TaskSnapshot<Failure>>): void => {
    tasks = tasks.map((task) => (task.id === id ? { ...task, ...part } : task));
  };
  const end = (id: string, part: Partial<TaskSnapshot<Failure>>): void => {
    controllers.delete(id);
    change(id, { ...part, endedAt: now().toISOString() });
    const ended = tasks.filter((task) => task.state !== 'running').slice(maxEnded);
    tasks = tasks.filter((task) => !ended.includes(task));
    tell();
  };

  const begin = ({ title, unit, total }: Start, controller: AbortController): string => {
    const id = randomUUID();
    const startedAt = now().toISOString();
    controllers.set(id, controller);
    const task: TaskSnapshot<Failure> = { id, title, unit, state: 'running', completed: 0, startedAt };
    tasks = [total === undefined ? task : { ...task, total }, ...tasks];
    tell();
    return id;
  };

  return {
    run: async (start, work) => {
      const controller = new AbortController();
      const id = begin(start, controller);
      const signal = start.signal
        ? AbortSignal.any([controller.signal, start.signal])
        : controller.signal;
      try {
        const value = await work({
          signal,
          progress: (completed, total) => {
            change(id, total === undefined ? { completed } : { completed, total });
            tellSoon();
          },
        });
        end(id, { state: signal.aborted ? 'cancelled' : 'done' });
        return value;
      } catch (error) {
        end(id, signal.aborted ? { state: 'cancelled' } : { state: 'failed', error: describe(error) });
        throw error;
      }
    },
    cancel: (id) => {
      const controller = controllers.get(id);
      controller?.abort();
      return controller !== undefined;
    },
    list: () => tasks,
    watch: (listener) => {
      listeners.add(listener);
      listener(tasks);
      return () => listeners.delete(listener);
    },
    close: () => {
      clearTimeout(timer);
      for (const controller of controllers.values()) controller.abort();
    },
  };
};
