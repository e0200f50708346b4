import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { StreamDelivery } from '#contract/channels';
import type { StreamEvent } from '#contract/channel';
import type { AnswerOf, CallName, EndOf, PageOf, RequestOf, StreamName } from '#contract/contract';
import { streamCancelChannel } from '#contract/channels';
import type { PlacePurpose } from '#contract/local';
import type { Result } from '#contract/result';
import { openJournal } from '#core/cleanup/index';
import { openContentCache } from '#core/content-cache/open-content-cache';
import { openSeenTags } from '#core/content-cache/open-seen-tags';
import { createLazyStore } from '#core/credentials/lazy-store';
import { createMemoryStore } from '#core/credentials/memory-store';
import type { CredentialStore } from '#core/credentials/store';
import type { RegistryClientOptions } from '#core/registry/index';
import { openCertificates } from '#core/certificates/index';
import { createLocalRuntime } from '#core/local-runtime/index';
import { createServices } from '#core/services/index';
import { createLocalSettings } from '#core/services/local-settings';
import { openSettings } from '#core/settings/open-settings';
import { registerContract } from '#shell/ipc/register';
import { forkRegistry } from './fork-registry';

export type StreamOutcome<N extends StreamName> = {
  pages: PageOf<N>[];
  result: Result<EndOf<N>>;
};

export type StreamOptions<N extends StreamName> = {
  signal?: AbortSignal;
  onPage?: (page: PageOf<N>) => void;
};

/** The use cases as the window sees them: through the IPC boundary, with answers that were copied as data. */
export type OpenedServices = {
  call<N extends CallName>(name: N, request: RequestOf<N>): Promise<Result<AnswerOf<N>>>;
  /** Ends when the stream does, or rejects when `signal` cancels it, which the window never hears of again. */
  stream<N extends StreamName>(
    name: N,
    request: RequestOf<N>,
    options?: StreamOptions<N>,
  ): Promise<StreamOutcome<N>>;
  /** Errors that nobody expected, which the window is told of as `internal`. */
  unexpected: unknown[];
  directory: string;
  close(): Promise<void>;
};

export type OpenServicesOptions = {
  /** The profile's folder, kept by `close`. Without it a fresh one is made and removed. */
  directory?: string;
  /** Survives `close` when it is given. */
  secrets?: CredentialStore;
  limits?: RegistryClientOptions['limits'];
  /** The bundled program of the local registry's process; without it the local registry cannot be started. */
  registryProgram?: string;
  /** What the user chooses in the dialog for folders and archives. */
  pickPlace?: (purpose: PlacePurpose) => string | null;
};

type Sender = {
  id: number;
  isDestroyed: () => boolean;
  send: (name: string, delivery: StreamDelivery) => void;
};
type Listener = (event: { sender: Sender; senderFrame: null }, payload: unknown) => unknown;

const makeServices = async (directory: string, options: OpenServicesOptions) => {
  const store = options.secrets ?? createMemoryStore();
  const settings = await openSettings({ directory, writeDelayMs: 0 });
  const certificates = openCertificates({
    directory: path.join(directory, 'local-registry', 'certificates'),
  });
  return createServices({
    settings,
    certificates,
    local: createLocalRuntime({
      ...createLocalSettings(settings),
      spawn: () => {
        if (options.registryProgram !== undefined) return forkRegistry(options.registryProgram);
        throw new Error('this test has no program of the local registry');
      },
      certificates,
      profileDir: directory,
    }),
    credentials: createLazyStore(async () => ({
      store: { ...store, close: async () => undefined },
      keptIn: 'memory, until Tagboat closes',
    })),
    journal: openJournal(path.join(directory, 'journal')),
    logins: {
      findLogins: async () => ({ logins: [], problems: [] }),
      readLogin: () => Promise.reject(new Error('tests have no other logins')),
    },
    clientDefaults: {
      userAgent: 'Tagboat/test',
      contentCache: openContentCache({
        directory: path.join(directory, 'content'),
        maxBytes: 64 * 1024 * 1024,
      }),
      seenTags: openSeenTags({ directory: path.join(directory, 'seen-tags') }),
      ...(options.limits && { limits: options.limits }),
    },
    desktop: {
      copyText: () => undefined,
      openLink: async () => undefined,
      pickFile: async () => null,
      pickPlace: async (purpose) => options.pickPlace?.(purpose) ?? null,
      openFolder: async () => undefined,
    },
    about: { version: '0.0.0', electronVersion: '0.0.0', platform: 'linux' },
    onTheme: () => undefined,
  });
};

/** Opens the use cases in plain Node, behind the same boundary as in the app. */
export async function openServices(options: OpenServicesOptions = {}): Promise<OpenedServices> {
  const directory = options.directory ?? (await mkdtemp(path.join(tmpdir(), 'tagboat-services-')));
  const services = await makeServices(directory, options);
  const unexpected: unknown[] = [];
  const listeners = new Map<string, Listener>();
  const deliveries = new Map<string, (event: unknown) => void>();
  const keep = (name: string, listener: Listener): void => void listeners.set(name, listener);
  registerContract({
    ipcMain: { handle: keep, on: keep },
    isTrustedSender: () => true,
    handlers: async () => services.handlers,
    onUnexpected: (_channel, error) => unexpected.push(error),
  });
  const sender: Sender = {
    id: 1,
    isDestroyed: () => false,
    send: (_name, { streamId, event }) => deliveries.get(streamId)?.(structuredClone(event)),
  };
  const invoke = async (name: string, payload: unknown): Promise<unknown> =>
    structuredClone(await listeners.get(name)?.({ sender, senderFrame: null }, payload));

  return {
    unexpected,
    directory,
    call: async <N extends CallName>(name: N, request: RequestOf<N>) =>
      (await invoke(name, request)) as Result<AnswerOf<N>>,
    stream: <N extends StreamName>(name: N, request: RequestOf<N>, how: StreamOptions<N> = {}) =>
      new Promise<StreamOutcome<N>>((resolve, reject) => {
        const streamId = randomUUID();
        const pages: PageOf<N>[] = [];
        deliveries.set(streamId, (delivered) => {
          const event = delivered as StreamEvent<PageOf<N>, EndOf<N>>;
          if (event.kind === 'page') {
            pages.push(event.page);
            how.onPage?.(event.page);
          } else if (event.kind === 'end') {
            resolve({ pages, result: { ok: true, value: event.value } });
          } else resolve({ pages, result: { ok: false, error: event.error } });
        });
        how.signal?.addEventListener('abort', () => {
          void invoke(streamCancelChannel, streamId);
          reject(new Error('cancelled by the test'));
        });
        void invoke(name, { streamId, request }).then((opened) => {
          const { ok } = opened as Result<null>;
          if (!ok) resolve({ pages, result: opened as Result<EndOf<N>> });
        });
      }),
    async close() {
      await services.close();
      if (options.directory === undefined) {
        await rm(directory, { recursive: true, force: true, maxRetries: 5 });
      }
    },
  };
}
