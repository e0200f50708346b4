import { randomUUID } from 'node:crypto';

/** What a task tells of itself while it runs. */
export type TaskSnapshot<Failure> = {
  readonly id: string;
  readonly title: string;
  readonly state: 'running' | 'done' | 'failed' | 'cancelled';
  readonly completed: number;
  readonly total?: number;
  readonly unit: 'tags' | 'bytes' | 'repositories' | 'steps' | 'blobs';
  /** ISO 8601. */
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly error?: Failure;
};

type Unit = TaskSnapshot<never>['unit'];

/** How the work inside a task reports and stops. */
export type TaskControl = {
  readonly signal: AbortSignal;
  /** `total` and `unit` may become known, or change, on the way. */
  readonly progress: (completed: number, total?: number, unit?: Unit) => void;
};

type Start = {
  readonly title: string;
  readonly unit: Unit;
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
  const now = (): string => (options.now ?? (() => new Date()))().toISOString();
  const controllers = new Map<string, AbortController>();
  const list = createTaskList<Failure>(options.intervalMs ?? 100);

  const begin = ({ title, unit, total }: Start, controller: AbortController): string => {
    const id = randomUUID();
    controllers.set(id, controller);
    const snapshot = { id, title, unit, state: 'running' as const, completed: 0, startedAt: now() };
    list.add(total === undefined ? snapshot : { ...snapshot, total });
    return id;
  };
  const end = (id: string, part: Pick<TaskSnapshot<Failure>, 'state' | 'error'>): void => {
    controllers.delete(id);
    list.end(id, { ...part, endedAt: now() });
  };

  return {
    run: async (start, work) => {
      const controller = new AbortController();
      const id = begin(start, controller);
      const signals = start.signal ? [controller.signal, start.signal] : [controller.signal];
      const signal = AbortSignal.any(signals);
      const progress: TaskControl['progress'] = (completed, total, unit) =>
        list.change(id, {
          completed,
          ...(total === undefined ? {} : { total }),
          ...(unit === undefined ? {} : { unit }),
        });
      try {
        const value = await work({ signal, progress });
        end(id, { state: signal.aborted ? 'cancelled' : 'done' });
        return value;
      } catch (error) {
        const failed = { state: 'failed' as const, error: options.describe(error) };
        end(id, signal.aborted ? { state: 'cancelled' } : failed);
        throw error;
      }
    },
    cancel: (id) => {
      const controller = controllers.get(id);
      controller?.abort();
      return controller !== undefined;
    },
    list: list.all,
    watch: list.watch,
    close: () => {
      list.close();
      for (const controller of controllers.values()) controller.abort();
    },
  };
};

type TaskList<Failure> = Pick<Tasks<Failure>, 'watch' | 'close'> & {
  readonly all: () => readonly TaskSnapshot<Failure>[];
  readonly add: (task: TaskSnapshot<Failure>) => void;
  /** Told to the watchers a moment later, with whatever else changes until then. */
  readonly change: (id: string, part: Partial<TaskSnapshot<Failure>>) => void;
  readonly end: (id: string, part: Partial<TaskSnapshot<Failure>>) => void;
};

const createTaskList = <Failure>(intervalMs: number): TaskList<Failure> => {
  const listeners = new Set<(tasks: readonly TaskSnapshot<Failure>[]) => void>();
  let tasks: readonly TaskSnapshot<Failure>[] = [];
  let timer: NodeJS.Timeout | undefined;
  const tell = (): void => {
    clearTimeout(timer);
    timer = undefined;
    for (const listener of listeners) listener(tasks);
  };
  const replace = (id: string, part: Partial<TaskSnapshot<Failure>>): void => {
    tasks = tasks.map((task) => (task.id === id ? { ...task, ...part } : task));
  };
  return {
    all: () => tasks,
    add: (task) => {
      tasks = [task, ...tasks];
      tell();
    },
    change: (id, part) => {
      replace(id, part);
      timer ??= setTimeout(tell, intervalMs).unref();
    },
    end: (id, part) => {
      replace(id, part);
      const forgotten = tasks.filter(({ state }) => state !== 'running').slice(maxEnded);
      tasks = tasks.filter((task) => !forgotten.includes(task));
      tell();
    },
    watch: (listener) => {
      listeners.add(listener);
      listener(tasks);
      return () => listeners.delete(listener);
    },
    close: () => clearTimeout(timer),
  };
};
