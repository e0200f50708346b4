import type { AppView, Notice } from '#contract/app';
import { localRegistryId } from '#contract/local';
import type { ContractError } from '#contract/result';
import type { Journal } from '#core/cleanup/index';
import type { LoginReader } from '#core/credentials/found-logins';
import { createResolverChain } from '#core/credentials/resolver';
import type { LazyCredentialStore } from '#core/credentials/store';
import type { Certificates } from '#core/certificates/index';
import type { LocalRuntime } from '#core/local-runtime/index';
import type { CredentialResolver } from '#core/registry/index';
import type { SettingsStore } from '#core/settings/settings';
import { createTasks, type Tasks } from '#core/tasks/tasks';
import { createAbilityBook, type AbilityBook } from './abilities';
import {
  createAppHandlers,
  createNotices,
  createPickedFiles,
  type Desktop,
  type Notices,
  type PickedFiles,
} from './app';
import { createChangeJournal } from './change-journal';
import { createChangeHandlers } from './changes';
import { createClients, type ClientDefaults, type Clients } from './clients';
import { toContractError } from './failure';
import type { Handlers } from './handlers';
import { createImageHandlers } from './images';
import type { FolderDesktop } from './local-folder';
import { connectionOf, createLocalPinned } from './local-pinned';
import { createLocalRooms } from './local-rooms';
import { createLocalStart, type LocalStart } from './local-start';
import { createRegistryHandlers } from './registries';
import { createInputResolver, createSecretKeeper } from './registry-input';
import { createRegistryStore, type RegistryStore } from './registry-store';
import { createRepositoryHandlers } from './repositories';
import { createSettingsHandlers } from './settings';
import { createShownLists, type ShownLists } from './shown-lists';
import { createTagHandlers } from './tags';
import { createTaskHandlers } from './tasks';
import { warmUpTagPages } from './warm-up';
import { watchKeychain, type WatchedKeychain } from './watched-keychain';

/** What the use cases stand on. The shell gives the desktop's, the command line its own. */
export type ServicePorts = {
  readonly settings: SettingsStore;
  readonly credentials: LazyCredentialStore;
  readonly clientDefaults: ClientDefaults;
  /** Logins that docker, podman and credential helpers keep. */
  readonly logins: LoginReader;
  readonly desktop: Desktop & FolderDesktop;
  /** The registry of this profile; it is closed with the services. */
  readonly local: LocalRuntime;
  /** The authority that signs the local registry's certificate. */
  readonly certificates: Certificates;
  /** Where changes are kept before they are made. */
  readonly journal: Journal;
  readonly about: Pick<AppView, 'version' | 'electronVersion' | 'platform'>;
  readonly onTheme: (theme: 'system' | 'light' | 'dark') => void;
};

export type Services = {
  readonly handlers: Handlers;
  /** Tells the user something about this run. */
  readonly notify: (notice: Omit<Notice, 'id'>) => void;
  /** Starts the local registry, if it starts with the app, when the window shows its first lists. */
  readonly startLocal: () => void;
  readonly local: Pick<LocalRuntime, 'state' | 'watch' | 'start' | 'stop'>;
  readonly close: () => Promise<void>;
};

/** Puts the use cases together: one handler a channel of the contract. */
export const createServices = (ports: ServicePorts): Services => {
  const { settings, credentials, local } = ports;
  const rooms = openRooms(ports);
  for (const notice of settings.notices()) rooms.notices.add({ level: 'warning', ...notice });
  settings.onFailedWrite((notice) => rooms.notices.add({ level: 'warning', ...notice }));
  let stopWarmUp = (): void => undefined;
  let isClosed = false;
  // After what the window waits for: it would only be later for it.
  void rooms.lists.shown().then(() => {
    if (!isClosed) stopWarmUp = warmUpTagPages();
  });
  return {
    notify: rooms.notices.add,
    startLocal: () => void rooms.lists.shown().then(rooms.localStart.withApp),
    local,
    close: async () => {
      isClosed = true;
      stopWarmUp();
      rooms.tasks.close();
      await rooms.clients.close();
      await local.close();
      await settings.close();
      await credentials.close();
    },
    handlers: createHandlers(ports, rooms),
  };
};

/** What the use cases share. */
type Rooms = {
  readonly notices: Notices;
  readonly files: PickedFiles;
  readonly tasks: Tasks<ContractError>;
  /** Which scheme a host answered on, for the save that follows a check. */
  readonly origins: Map<string, string>;
  readonly keychain: WatchedKeychain;
  readonly resolveInput: ReturnType<typeof createInputResolver>;
  readonly store: RegistryStore;
  readonly clients: Clients;
  readonly abilities: AbilityBook;
  readonly localStart: LocalStart;
  readonly lists: ShownLists;
};

const openRooms = (ports: ServicePorts): Rooms => {
  const { settings, credentials, clientDefaults, logins, local } = ports;
  const notices = createNotices();
  const files = createPickedFiles();
  const origins = new Map<string, string>();
  const keychain = watchKeychain(credentials, notices.add);
  const resolveInput = createInputResolver(files, (host) => origins.get(host));
  const localStart = createLocalStart(local);
  const store = createRegistryStore({
    settings,
    secrets: createSecretKeeper(keychain, keychain.keptIn),
    resolveInput,
    pinned: createLocalPinned(local, settings),
    onChanged: (registryId) => {
      clients.drop(registryId);
      abilities.forget(registryId);
    },
    onMoved: (registryId) => {
      clients.dropStale(registryId);
      abilities.forget(registryId);
    },
  });
  const clients = createClients({
    defaults: clientDefaults,
    credentials: createResolverChain({ store: keychain, logins }),
    saved: store.get,
    ownLogin: (registryId) => (registryId === localRegistryId ? localLogin(local) : undefined),
    ready: localStart.ready,
    connection: (registryId) => (registryId === localRegistryId ? connectionOf(local) : ''),
  });
  const abilities = createAbilityBook(clients);
  const tasks = createTasks<ContractError>({ describe: toContractError });
  const lists = createShownLists();
  const shared = { notices, files, tasks, origins, store, clients, abilities };
  return { ...shared, keychain, resolveInput, localStart, lists };
};

/** Made anew at each start of the registry, and asked for at each use. */
const localLogin =
  (local: LocalRuntime): CredentialResolver =>
  async () => {
    const login = local.ownLogin();
    return login && { kind: 'password', username: login.username, secret: login.password };
  };

const createHandlers = (ports: ServicePorts, rooms: Rooms): Handlers => {
  const { desktop, about, settings, journal, logins, onTheme } = ports;
  const { notices, files, tasks, origins, keychain, resolveInput, store, clients } = rooms;
  const view = async (): Promise<AppView> => {
    const { keptIn } = await keychain.opened();
    return { ...about, credentialsKeptIn: keptIn };
  };
  const changes = createChangeJournal(journal, store.ofPlace);
  return {
    ...createAppHandlers({ desktop, notices, files, view }),
    ...createRegistryHandlers({
      store,
      clients,
      resolveInput,
      rememberOrigin: (host, origin) => origins.set(host, origin),
      saveNow: () => settings.flush(),
      findLogins: async (host) => (await logins.findLogins(host)).logins,
    }),
    ...createListHandlers(rooms),
    ...createImageHandlers(clients),
    ...createSettingsHandlers(settings, onTheme),
    ...createTaskHandlers(tasks),
    ...createChangeHandlers({ ...rooms, settings, journal, changes }),
    ...createLocalRooms({ ...ports, ...rooms, runtime: ports.local, platform: about.platform }),
  };
};

type ListHandlers = Pick<Handlers, Extract<keyof Handlers, `${'repository' | 'tag'}:${string}`>>;

/** What the window shows first is counted, so that other work can wait for it. */
const createListHandlers = ({ store, clients, tasks, lists }: Rooms): ListHandlers => {
  const repositories = createRepositoryHandlers(store, clients);
  const tags = createTagHandlers({ clients, store, tasks });
  return {
    ...repositories,
    ...tags,
    'repository:list': (request, sink) =>
      lists.during(() => repositories['repository:list'](request, sink)),
    'tag:list': (request, sink) => lists.during(() => tags['tag:list'](request, sink)),
    'tag:details': (request, sink) => lists.during(() => tags['tag:details'](request, sink)),
  };
};
