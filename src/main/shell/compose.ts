import { join } from 'node:path';
import { app, BrowserWindow } from 'electron';
import { openContentCache } from '#core/content-cache/open-content-cache';
import { loginKey } from '#core/credentials/credential-key';
import type { LazyCredentialStore, CredentialStore } from '#core/credentials/store';
import type { StoredSecret } from '#core/credentials/credential';
import { proxyFromEnvironment } from '#core/registry/index';
import { createServices, type Services } from '#core/services/index';
import type { SettingsStore } from '#core/settings/settings';
import { createDesktop } from './desktop';
import { applyTheme } from './window/main-window';

type Options = { readonly directory: string; readonly settings: SettingsStore };

const cacheBytes = 256 * 1024 * 1024;

const memory = (): LazyCredentialStore => {
  const map = new Map<string, StoredSecret>();
  const store: CredentialStore = {
    kind: 'memory',
    get: async (k) => map.get(k),
    set: async (k, v) => void map.set(k, v),
    delete: async (k) => void map.delete(k),
    keys: async () => [...map.keys()],
    close: async () => undefined,
  };
  return { opened: async () => ({ store, keptIn: 'memory, until Tagboat closes' }), close: async () => undefined };
};

/** Builds the use cases on what the desktop has. Loaded after the window, so that the window does not wait. */
export const compose = async ({ directory, settings }: Options): Promise<Services> => {
  const credentials = memory();
  return createServices({
    settings,
    credentials,
    clientDefaults: {
      userAgent: `Tagboat/${app.getVersion()}`,
      proxy: proxyFromEnvironment(process.env),
      contentCache: openContentCache({
        directory: join(directory, 'content'),
        maxBytes: cacheBytes,
      }),
    },
    resolverFor: (saved) => async () => {
      if (saved.credential.kind !== 'stored') return undefined;
      const { store } = await credentials.opened();
      const secret = await store.get(loginKey({ registryId: saved.id, host: saved.host }));
      return secret?.kind === 'password' ? secret : undefined;
    },
    findLogins: async () => [],
    desktop: createDesktop(() => BrowserWindow.getAllWindows()[0]),
    about: {
      version: app.getVersion(),
      electronVersion: process.versions.electron,
      platform: process.platform === 'darwin' || process.platform === 'win32' ? process.platform : 'linux',
    },
    onTheme: applyTheme,
  });
};

export const reportUnexpected = (channel: string, error: unknown): void => {
  process.stderr.write(`${channel}: ${String(error)}\n`);
};
