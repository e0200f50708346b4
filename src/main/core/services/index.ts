import type { AppView, Notice } from '#contract/app';
import type { ContractError } from '#contract/result';
import type { Journal } from '#core/cleanup/index';
import type { LoginReader } from '#core/credentials/found-logins';
import { createResolverChain } from '#core/credentials/resolver';
import type { LazyCredentialStore } from '#core/credentials/store';
import type { SettingsStore } from '#core/settings/settings';
import { createTasks } from '#core/tasks/tasks';
import { createAbilityBook } from './abilities';
import { createAppHandlers, createNotices, createPickedFiles, type Desktop } from './app';
import { createChangeJournal } from './change-journal';
import { createChangeHandlers } from './changes';
import { createClients, type ClientDefaults } from './clients';
import { toContractError } from './failure';
import type { Handlers } from './handlers';
import { createImageHandlers } from './images';
import { createRegistryHandlers } from './registries';
import { createInputResolver, createSecretKeeper } from './registry-input';
import { createRegistryStore } from './registry-store';
import { createRepositoryHandlers } from './repositories';
import { createSettingsHandlers } from './settings';
import { createTagHandlers } from './tags';
import { createTaskHandlers } from './tasks';

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
  const { settings, credentials, clientDefaults, logins } = ports;
  const notices = createNotices();
  const files = createPickedFiles();
  const tasks = createTasks<ContractError>({ describe: toContractError });
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
  for (const notice of settings.notices()) notices.add({ level: 'warning', ...notice });
  return {
    notify: notices.add,
    close: async () => {
      tasks.close();
      await clients.close();
      await settings.close();
      await credentials.close();
    },
    handlers: {
      ...createAppHandlers({
        desktop: ports.desktop,
        notices,
        files,
        view: async () => {
          const { keptIn } = await keychain.opened();
          return { ...ports.about, credentialsKeptIn: keptIn };
        },
      }),
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
      ...createSettingsHandlers(settings, ports.onTheme),
      ...createTaskHandlers(tasks),
      ...createChangeHandlers({
        store,
        clients,
        settings,
        tasks,
        abilities,
        journal: ports.journal,
        changes: createChangeJournal(ports.journal, store.ofHost),
      }),
    },
  };
};

type WatchedKeychain = LazyCredentialStore & { readonly keptIn: () => string };

/** Opens on first use, as before; then says where secrets are kept, and tells the user once when that is only memory. */
const watchKeychain = (
  credentials: LazyCredentialStore,
  notify: (notice: Omit<Notice, 'id'>) => void,
): WatchedKeychain => {
  let keptIn = 'OS keychain';
  let isTold = false;
  return {
    keptIn: () => keptIn,
    close: () => credentials.close(),
    opened: async () => {
      const opened = await credentials.opened();
      keptIn = opened.keptIn;
      if (opened.notice && !isTold) notify({ level: 'warning', ...opened.notice });
      isTold = true;
      return opened;
    },
  };
};
