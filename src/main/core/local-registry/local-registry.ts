import { createOpenAuth } from './auth/open-auth';
import { HtpasswdFile } from './auth/htpasswd';
import { PasswordAuth, type CheckPassword } from './auth/password-auth';
import { checkBinding, isLoopback } from './binding';
import { checkFolder } from './check/check-folder';
import type { CheckReport } from './check/report';
import type { ControlCommands } from './control/control-listener';
import { EventSource } from './events/event-source';
import type { Webhook, WebhookOptions } from './events/webhook';
import { collectGarbage, CollectionRunning, type CollectOptions } from './gc/collect-garbage';
import { ContentGuard } from './gc/content-guard';
import type { CollectionReport } from './gc/report';
import { createHandler, type Authenticate, type RegistryHandler } from './handler';
import { startHousekeeping, type Housekeeping } from './housekeeping';
import { defaultLimits, type RegistryLimits } from './limits';
import { listen, type Listening, type ListenOptions } from './listener';
import { openFolder, type OpenFolder } from './open-folder';
import type { Log, RegistryParts } from './parts';
import { gatherStatistics, type RegistryStatistics } from './statistics';
import { AnswerCache } from './storage/answer-cache';
import { BlobStore } from './storage/blob-store';
import { LayerStore } from './storage/layer-store';
import { Layout } from './storage/layout';
import { ManifestStore } from './storage/manifest-store';
import { ReferrerIndex } from './storage/referrer-index';
import { RepositoryList } from './storage/repository-list';
import { TagStore } from './storage/tag-store';
import { UploadStore } from './storage/upload-store';
import { Usage } from './usage';

export type LocalRegistryOptions = Readonly<{
  /** The folder; distribution's tree goes below it (its `rootdirectory`). Made when it is not there. */
  storageDir: string;
  /** Refuses every change. */
  isReadOnly?: boolean;
  /** Takes DELETE requests for tags, manifests and blobs. On unless switched off. */
  canDelete?: boolean;
  /** Users and bcrypt hashes; without it the registry is open. Needs `checkPassword`. */
  htpasswdFile?: string;
  checkPassword?: CheckPassword;
  /** Names, besides those that cannot be anyone else's, under which an open registry may be called. */
  hostNames?: readonly string[];
  webhooks?: readonly WebhookOptions[];
  /** An upload that nobody wrote to for this long is removed. */
  uploadMaxAgeMs?: number;
  limits?: Partial<RegistryLimits>;
  log?: Log;
}>;

export type LocalRegistry = Readonly<{
  /** For a listener of the caller's own; `listen` is the usual way. */
  handler: RegistryHandler;
  /**
   * Opens a port. Rejects when the host can be reached from the network and the registry has no password or the port
   * no certificate, unless `isOpenNetworkForced` is set.
   */
  listen: (options: ListenOptions & { isOpenNetworkForced?: boolean }) => Promise<Listening>;
  events: EventSource;
  /** Throws CollectionRunning while another one runs. */
  collectGarbage: (options?: CollectOptions) => Promise<CollectionReport>;
  /** Says what in the folder cannot be served. `isDeep` hashes every blob. */
  check: (options?: { isDeep?: boolean }) => Promise<CheckReport>;
  statistics: () => Promise<RegistryStatistics>;
  /** Lets requests under way end within `drainMs`, then gives the folder back. */
  close: (drainMs?: number) => Promise<void>;
}>;

const defaultUploadMaxAgeMs = 24 * 60 * 60 * 1000;

/**
 * Opens a folder as a registry; nothing listens until `listen` is called. Throws FolderInUse when another process
 * serves the folder.
 */
export async function createLocalRegistry(options: LocalRegistryOptions): Promise<LocalRegistry> {
  const opening = new Opening(options);
  try {
    await opening.open();
    return opening.registry();
  } catch (error) {
    await opening.close(0);
    throw error;
  }
}

class Opening {
  readonly #parts: RegistryParts;
  readonly #listeners = new Set<Listening>();
  readonly #uploadMaxAgeMs: number;
  readonly #closing = new AbortController();
  #webhooks: Webhook[] = [];
  #folder: OpenFolder | undefined;
  #housekeeping: Housekeeping | undefined;
  #authenticate: Authenticate | undefined;
  #collecting: Promise<CollectionReport> | undefined;
  #isExposed = false;
  #closed: Promise<void> | undefined;

  constructor(readonly options: LocalRegistryOptions) {
    this.#parts = createParts(options);
    this.#uploadMaxAgeMs = options.uploadMaxAgeMs ?? defaultUploadMaxAgeMs;
  }

  async open(): Promise<void> {
    this.#authenticate = await this.#createAuth();
    this.#folder = await openFolder(this.#parts.layout, this.#parts.isReadOnly, this.#commands());
    this.#housekeeping = startHousekeeping(this.#parts, this.#uploadMaxAgeMs);
    if (this.options.webhooks === undefined || this.options.webhooks.length === 0) return;
    const { startWebhook } = await import('./events/webhook');
    this.#webhooks = this.options.webhooks.map((webhook) =>
      startWebhook(this.#parts.events, webhook, this.#parts.log),
    );
  }

  registry(): LocalRegistry {
    const parts = this.#parts;
    const handler = createHandler(parts, this.#authenticate ?? (() => ({ actor: undefined })));
    return {
      handler,
      events: parts.events,
      listen: (listenOptions) => this.#listen(handler, listenOptions),
      collectGarbage: (collectOptions = {}) => this.#collect(collectOptions),
      check: ({ isDeep = false } = {}) => checkFolder(parts, { isDeep }),
      statistics: () => gatherStatistics(parts),
      close: (drainMs) => this.close(drainMs),
    };
  }

  close(drainMs?: number): Promise<void> {
    this.#closed ??= this.#close(drainMs);
    return this.#closed;
  }

  async #close(drainMs?: number): Promise<void> {
    this.#closing.abort();
    await Promise.all([...this.#listeners].map((listening) => listening.close(drainMs)));
    await this.#collecting?.catch(() => undefined);
    await Promise.all(this.#webhooks.map((webhook) => webhook.close()));
    await this.#housekeeping?.close();
    await this.#parts.uploads.close();
    await this.#folder?.close();
  }

  async #createAuth(): Promise<Authenticate> {
    const { htpasswdFile, checkPassword, hostNames = [] } = this.options;
    if (htpasswdFile === undefined) {
      return createOpenAuth({ hostNames, isExposed: () => this.#isExposed });
    }
    if (checkPassword === undefined) {
      throw new Error('a password file needs a function that checks bcrypt hashes');
    }
    const file = new HtpasswdFile(htpasswdFile, this.#parts.log);
    await file.load();
    return new PasswordAuth(file, checkPassword, 'Tagboat local registry').authenticate;
  }

  async #listen(
    handler: RegistryHandler,
    options: ListenOptions & { isOpenNetworkForced?: boolean },
  ): Promise<Listening> {
    const host = options.host ?? '127.0.0.1';
    checkBinding({
      host,
      hasPassword: this.options.htpasswdFile !== undefined,
      hasTls: options.tls !== undefined,
      isForced: options.isOpenNetworkForced ?? false,
    });
    const listening = await listen(handler, this.#parts.limits, options);
    this.#isExposed ||= !isLoopback(host);
    this.#listeners.add(listening);
    return listening;
  }

  async #collect(options: CollectOptions): Promise<CollectionReport> {
    if (this.#collecting !== undefined) throw new CollectionRunning();
    if (this.#parts.isReadOnly && options.isDryRun !== true) {
      throw new Error('this registry is read-only; only a dry run is possible');
    }
    const signals = [
      this.#closing.signal,
      ...(options.signal === undefined ? [] : [options.signal]),
    ];
    const signal = AbortSignal.any(signals);
    this.#collecting = collectGarbage(this.#parts, { ...options, signal }, this.#uploadMaxAgeMs);
    try {
      return await this.#collecting;
    } finally {
      this.#collecting = undefined;
    }
  }

  /** What another process may ask of this one, through the lock file. */
  #commands(): ControlCommands {
    return {
      gc: ({ isDryRun, graceMs, keepUntagged }) =>
        this.#collect({
          isDryRun: isDryRun === true,
          keepUntagged: keepUntagged === true,
          ...(typeof graceMs === 'number' ? { graceMs } : {}),
        }),
      check: ({ isDeep }) => checkFolder(this.#parts, { isDeep: isDeep === true }),
      statistics: () => gatherStatistics(this.#parts),
    };
  }
}

function createParts(options: LocalRegistryOptions): RegistryParts {
  const log: Log = options.log ?? (() => undefined);
  const guard = new ContentGuard();
  const layout = new Layout(options.storageDir);
  const blobs = new BlobStore(layout);
  const manifests = new ManifestStore(layout, blobs);
  return {
    isReadOnly: options.isReadOnly ?? false,
    canDelete: options.canDelete ?? true,
    limits: { ...defaultLimits, ...options.limits },
    layout,
    blobs,
    layers: new LayerStore(layout, blobs, guard),
    manifests,
    tags: new TagStore(layout),
    uploads: new UploadStore(layout),
    repositories: new RepositoryList(layout),
    referrers: new ReferrerIndex(layout, manifests),
    answers: new AnswerCache(),
    guard,
    events: new EventSource((error) => {
      const message = error instanceof Error ? error.message : String(error);
      log({ level: 'error', event: 'listener-failed', message });
    }),
    usage: new Usage(),
    log,
  };
}
