import type { AppView, Notice } from '#contract/app';
import type { ContractError } from '#contract/result';
import type { Journal } from '#core/cleanup/index';
import type { LoginReader } from '#core/credentials/found-logins';
import { createResolverChain } from '#core/credentials/resolver';
import type { LazyCredentialStore } from '#core/credentials/store';
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
import { createRegistryHandlers } from './registries';
import { createInputResolver, createSecretKeeper } from './registry-input';
import { createRegistryStore, type RegistryStore } from './registry-store';
import { createRepositoryHandlers } from './repositories';
import { createSettingsHandlers } from './settings';
import { createTagHandlers } from './tags';
import { createTaskHandlers } from './tasks';
import { watchKeychain, type WatchedKeychain } from './watched-keychain';

/** What the use cases stand on. The shell gives the desktop's, the command line its own. */
export type ServicePorts = {
  readonly settings: SettingsStore;
  readonly credentials: LazyCredentialStore;
  readonly clientDefaults: ClientDefaults;
  /** Logins that docker, podman and credential helpers keep. */
  readonly logins: LoginReader;
  readonly desktop: Desktop;
  /** Where changes are kept before they are made. */
  readonly journal: Journal;
  readonly about: Pick<AppView, 'version' | 'electronVersion' | 'platform'>;
  readonly onTheme: (theme: 'system' | 'light' | 'dark') => void;
};

export type Services = {
  readonly handlers: Handlers;
  /** Tells the user something about this run. */
  readonly notify: (notice: Omit<Notice, 'id'>) => void;
  readonly close: () => Promise<void>;
};

/** Puts the use cases together: one handler a channel of the contract. */
export const createServices = (ports: ServicePorts): Services => {
  const { settings, credentials } = ports;
  const rooms = openRooms(ports);
  for (const notice of settings.notices()) rooms.notices.add({ level: 'warning', ...notice });
  settings.onFailedWrite((notice) => rooms.notices.add({ level: 'warning', ...notice }));
  return {
    notify: rooms.notices.add,
    close: async () => {
      rooms.tasks.close();
      await rooms.clients.close();
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
};

const openRooms = ({ settings, credentials, clientDefaults, logins }: ServicePorts): Rooms => {
  const notices = createNotices();
  const files = createPickedFiles();
  const origins = new Map<string, string>();
  const keychain = watchKeychain(credentials, notices.add);
  const resolveInput = createInputResolver(files, (host) => origins.get(host));
  const store = createRegistryStore({
    settings,
    secrets: createSecretKeeper(keychain, keychain.keptIn),
    resolveInput,
    onChanged: (registryId) => {
      clients.drop(registryId);
      abilities.forget(registryId);
    },
  });
  const clients = createClients({
    defaults: clientDefaults,
    credentials: createResolverChain({ store: keychain, logins }),
    saved: store.get,
  });
  const abilities = createAbilityBook(clients);
  const tasks = createTasks<ContractError>({ describe: toContractError });
  return { notices, files, tasks, origins, keychain, resolveInput, store, clients, abilities };
};

const createHandlers = (ports: ServicePorts, rooms: Rooms): Handlers => {
  const { desktop, about, settings, journal, logins, onTheme } = ports;
  const { notices, files, tasks, origins, keychain, resolveInput, store, clients } = rooms;
  const view = async (): Promise<AppView> => {
    const { keptIn } = await keychain.opened();
    return { ...about, credentialsKeptIn: keptIn };
  };
  const changes = createChangeJournal(journal, store.ofHost);
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
    ...createRepositoryHandlers(store, clients),
    ...createTagHandlers({ clients, store, tasks }),
    ...createImageHandlers(clients),
    ...createSettingsHandlers(settings, onTheme),
    ...createTaskHandlers(tasks),
    ...createChangeHandlers({ ...rooms, settings, journal, changes }),
  };
};
