import type {
  Activity,
  ContentChange,
  Feed,
  LocalRuntime,
  RuntimeState,
  RuntimeView,
} from '#core/local-runtime/index';
import { defaultSettings } from '#core/settings/schema';

type Running = Extract<RuntimeState, { kind: 'running' }>;

export const runningAt = (port: number, startedAt = '2026-03-01T10:00:00.000Z'): Running => ({
  kind: 'running',
  origin: `http://127.0.0.1:${port}`,
  port,
  startedAt,
});

const emptyFeed = <Item>(): Feed<Item> & { add: (item: Item) => void } => {
  const items: Item[] = [];
  const listeners = new Set<(items: readonly Item[]) => void>();
  return {
    recent: () => items,
    watch: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    add: (item) => {
      items.push(item);
      for (const listener of listeners) listener([item]);
    },
  };
};

const notHere = (): Promise<never> => Promise.reject(new Error('a test has to say what happens'));

export type FakeRuntime = LocalRuntime & {
  /** Changes the view and tells the watchers. */
  become: (part: Partial<RuntimeView>) => void;
  login: { username: string; password: string } | undefined;
  activity: Feed<Activity> & { add: (item: Activity) => void };
  calls: string[];
};

/** A local registry without a process: a test says what it is, and replaces the methods it is about. */
export function createFakeRuntime(over: Partial<LocalRuntime> = {}): FakeRuntime {
  const {
    isMarked: _marked,
    markedRepositories: _names,
    ...settings
  } = defaultSettings.localRegistry;
  let view: RuntimeView = {
    state: { kind: 'off' },
    settings,
    host: '127.0.0.1:5055',
    folder: '/home/dev/registry',
    space: 'fine',
    users: [],
  };
  const listeners = new Set<(view: RuntimeView) => void>();
  const content = new Set<(change: ContentChange) => void>();
  const fake: FakeRuntime = {
    calls: [],
    login: undefined,
    state: () => view,
    watch: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    become: (part) => {
      view = { ...view, ...part };
      for (const listener of listeners) listener(view);
    },
    start: async () => {
      fake.calls.push('start');
      fake.become({ state: runningAt(5055) });
    },
    stop: async () => {
      fake.calls.push('stop');
      fake.become({ state: { kind: 'off' } });
    },
    configure: notHere,
    addUser: notHere,
    removeUser: notHere,
    htpasswd: () => '',
    changeFolder: notHere,
    ownLogin: () => fake.login,
    caPem: () => undefined,
    activity: emptyFeed<Activity>(),
    log: emptyFeed(),
    watchContent: (listener) => {
      content.add(listener);
      return () => content.delete(listener);
    },
    collect: notHere,
    check: notHere,
    space: notHere,
    backUp: notHere,
    restore: notHere,
    close: async () => void fake.calls.push('close'),
  };
  return Object.assign(fake, over);
}
