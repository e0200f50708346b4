import type { LocalActivity, LocalLogLine } from '#contract/local';
import type { Feed, LocalRuntime } from '#core/local-runtime/index';
import { untilAborted, type Handlers, type StreamSink } from './handlers';
import type { LocalStart } from './local-start';
import { viewOfLocal } from './local-view';
import type { LocalWork } from './local-work';

type LocalHandlers = Pick<
  Handlers,
  | `local:${'watch' | 'start' | 'stop' | 'configure' | 'add-user' | 'remove-user'}`
  | `local:${'activity' | 'log' | 'space' | 'collect' | 'check'}`
>;

type Ports = {
  readonly runtime: LocalRuntime;
  readonly start: LocalStart;
  readonly work: LocalWork;
};

/** The switch, the settings, what happens, and the work that needs nothing but the registry itself. */
export const createLocalHandlers = ({ runtime, start, work }: Ports): LocalHandlers => ({
  'local:watch': async (_request, { page, signal }) => {
    page(viewOfLocal(runtime.state()));
    const stop = runtime.watch((view) => page(viewOfLocal(view)));
    await untilAborted(signal);
    stop();
    return null;
  },
  'local:start': async () => {
    start.byHand();
    await runtime.start();
    return null;
  },
  'local:stop': async () => {
    start.byHand();
    await runtime.stop();
    return null;
  },
  'local:configure': async (patch) => viewOfLocal(await runtime.configure(patch)),
  'local:add-user': async ({ name, password }) =>
    viewOfLocal(await runtime.addUser(name, password)),
  'local:remove-user': async ({ name }) => viewOfLocal(await runtime.removeUser(name)),
  'local:activity': (_request, sink) => follow<LocalActivity>(runtime.activity, sink),
  'local:log': (_request, sink) => follow<LocalLogLine>(runtime.log, sink),
  // Counted again after each push while the page is open: too often, and too short, for the list of tasks.
  'local:space': (_request, { page, signal }) => runtime.space({ signal, progress: page }),
  'local:collect': ({ preview }, sink) => {
    const title = preview
      ? 'Looking for garbage in the local registry'
      : 'Collecting garbage in the local registry';
    return work({ title, unit: 'steps' }, sink, (options) =>
      runtime.collect({ isPreview: preview }, options),
    );
  },
  'local:check': ({ deep }, sink) =>
    work({ title: 'Checking the local registry', unit: 'blobs' }, sink, (options) =>
      runtime.check({ isDeep: deep }, options),
    ),
});

/** What there is as one page, then each batch as it comes. */
const follow = async <Item>(
  feed: Feed<Item>,
  { page, signal }: StreamSink<readonly Item[]>,
): Promise<null> => {
  page(feed.recent());
  const stop = feed.watch(page);
  await untilAborted(signal);
  stop();
  return null;
};
