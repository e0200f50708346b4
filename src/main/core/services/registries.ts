import type { CheckReport, CheckStep, FoundLogin, RegistryInput } from '#contract/registry';
import type { SavedRegistry } from '#core/settings/schema';
import { parseAddress } from './address';
import { checkRegistry } from './check';
import type { Clients } from './clients';
import { untilAborted, type Handlers, type StreamSink } from './handlers';
import type { ResolvedInput } from './registry-input';
import type { RegistryStore } from './registry-store';

type RegistryHandlers = Pick<Handlers, Extract<keyof Handlers, `registry:${string}`>>;

type Ports = {
  readonly store: RegistryStore;
  readonly clients: Clients;
  readonly resolveInput: (input: RegistryInput, before?: SavedRegistry) => ResolvedInput;
  /** Remembers which scheme answered, for the save that follows. */
  readonly rememberOrigin: (host: string, origin: string) => void;
  /** Writes the settings now: what was added must survive whatever happens next. */
  readonly saveNow: () => Promise<void>;
  readonly findLogins: (host: string) => Promise<readonly FoundLogin[]>;
};

export const createRegistryHandlers = (ports: Ports): RegistryHandlers => {
  const { store, saveNow, findLogins } = ports;
  return {
    'registry:list': () => store.views.get(),
    'registry:watch': async (_request, { page, signal }) => {
      const stop = store.views.watch(page);
      await untilAborted(signal);
      stop();
      return null;
    },
    'registry:check': ({ input, registryId }, sink) =>
      checkInput(ports, input, registryId === undefined ? undefined : store.get(registryId), sink),
    'registry:refresh': ({ registryId }, sink) => refresh(ports, registryId, sink),
    'registry:add': async ({ input }) => {
      const view = await store.add(input);
      await saveNow();
      return view;
    },
    'registry:update': async ({ registryId, input }) => {
      const view = await store.update(registryId, input);
      await saveNow();
      return view;
    },
    'registry:remove': async ({ registryId }) => {
      await store.remove(registryId);
      await saveNow();
      return null;
    },
    'registry:protect': async ({ registryId, repository, readOnly }) => {
      const view = store.protect(registryId, repository, readOnly);
      await saveNow();
      return view;
    },
    'registry:logins': ({ address }) => findLogins(parseAddress(address).host),
  };
};

const checkInput = async (
  { clients, resolveInput, rememberOrigin }: Ports,
  input: RegistryInput,
  before: SavedRegistry | undefined,
  { page, signal }: StreamSink<CheckStep>,
): Promise<CheckReport> => {
  const resolved = resolveInput(input, before);
  const { host } = resolved.saved;
  page({ step: 'address', state: 'passed', message: `Registry ${host}` });
  const report = await checkRegistry({
    host,
    // HTTPS is asked first; plain HTTP is only where it leads when there is no TLS.
    origins: resolved.origins.toSorted((a, b) => b.length - a.length),
    hasLogin: hasLogin(input, before),
    clientFor: (origin) => clients.forInput(resolved, origin, before),
    report: page,
    signal,
  });
  rememberOrigin(report.host, report.origin);
  return report;
};

const refresh = async (
  { store, clients, resolveInput }: Ports,
  registryId: string,
  { page, signal }: StreamSink<CheckStep>,
): Promise<CheckReport> => {
  const saved = store.get(registryId);
  store.note(registryId, { state: { kind: 'checking' } });
  try {
    const report = await checkRegistry({
      host: saved.host,
      origins: [saved.origin],
      hasLogin: saved.credential.kind !== 'none',
      // A client of its own, so that closing it after the check disturbs nothing else.
      clientFor: (origin) => clients.forInput(resolveInput(inputOf(saved), saved), origin, saved),
      report: page,
      signal,
    });
    noteReport(store, registryId, report);
    return report;
  } catch (error) {
    if (signal.aborted) store.note(registryId, { state: { kind: 'unknown' } });
    throw error;
  }
};

const hasLogin = ({ login }: RegistryInput, before: SavedRegistry | undefined): boolean =>
  login.kind === 'keep'
    ? before !== undefined && before.credential.kind !== 'none'
    : login.kind !== 'none';

/** The input that would leave a saved registry as it is. */
const inputOf = ({ address, name, plainHttp }: SavedRegistry): RegistryInput => ({
  address,
  name,
  plainHttp,
  login: { kind: 'keep' },
});

const noteReport = (store: RegistryStore, registryId: string, report: CheckReport): void => {
  store.note(registryId, {
    product: report.product,
    state: report.error
      ? { kind: 'failed', error: report.error }
      : { kind: 'ready', anonymous: report.anonymous },
  });
  if (report.catalog !== 'unknown') store.noteCatalog(registryId, report.catalog);
};
