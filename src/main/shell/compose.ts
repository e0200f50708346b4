import { join } from 'node:path';
import { app, BrowserWindow } from 'electron';
import { openContentCache } from '#core/content-cache/open-content-cache';
import { openSeenTags } from '#core/content-cache/open-seen-tags';
import { openJournal } from '#core/cleanup/index';
import { openCertificates } from '#core/certificates/index';
import { createLoginReader } from '#core/credentials/found-logins';
import { createLazyStore } from '#core/credentials/lazy-store';
import type { Log } from '#core/log/log';
import { proxyFromEnvironment, type RegistryLogEvent } from '#core/registry/index';
import { createLocalRuntime } from '#core/local-runtime/index';
import { createServices, type Services } from '#core/services/index';
import { createLocalSettings } from '#core/services/local-settings';
import type { SettingsStore } from '#core/settings/settings';
import { createDesktop } from './desktop';
import { openCredentialStore } from './keychain/index';
import { spawnLocalRegistry } from './local-registry/spawn';
import { applyTheme } from './window/main-window';

type Options = {
  /** The profile's folder. */
  readonly directory: string;
  readonly settings: SettingsStore;
  readonly log: Log;
};

/** Manifests and configs of some hundred thousand images; they are a few KiB each. */
const contentCacheBytes = 256 * 1024 * 1024;
/** Rows that wait for an answer come before files that save a request some other day. */
const contentWriteDelayMs = 250;

/** Builds the use cases on what the desktop has. Loaded beside the window, which does not wait for it. */
export const compose = ({ directory, settings, log }: Options): Services => {
  const contentCache = openContentCache({
    directory: join(directory, 'content'),
    maxBytes: contentCacheBytes,
    writeDelayMs: contentWriteDelayMs,
  });
  const certificates = openCertificates({
    directory: join(directory, 'local-registry', 'certificates'),
  });
  const services = createServices({
    settings,
    certificates,
    local: createLocalRuntime({
      ...createLocalSettings(settings),
      spawn: spawnLocalRegistry,
      certificates,
      profileDir: directory,
    }),
    credentials: createLazyStore(() => openCredentialStore({ userDataDir: directory })),
    journal: openJournal(join(directory, 'journal')),
    logins: createLoginReader(),
    clientDefaults: {
      userAgent: `Tagboat/${app.getVersion()}`,
      proxy: proxyFromEnvironment(process.env),
      log: (event) => logRequest(log, event),
      contentCache,
      seenTags: openSeenTags({ directory: join(directory, 'seen-tags') }),
    },
    desktop: createDesktop(() => BrowserWindow.getAllWindows()[0]),
    about: {
      version: app.getVersion(),
      electronVersion: process.versions.electron,
      platform: supportedPlatform(),
    },
    onTheme: applyTheme,
  });
  return {
    ...services,
    close: async () => {
      await services.close();
      await contentCache.close();
    },
  };
};

/** Requests that failed are worth a line in the file; the others only when looking for something. */
const logRequest = (
  log: Log,
  { event: _event, query: _query, ...request }: RegistryLogEvent,
): void => {
  if (request.code === undefined) log.debug('request', request);
  else log.info('request failed', request);
};

const supportedPlatform = (): 'linux' | 'darwin' | 'win32' =>
  process.platform === 'darwin' || process.platform === 'win32' ? process.platform : 'linux';
