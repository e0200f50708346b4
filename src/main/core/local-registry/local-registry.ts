import { createOpenAuth } from './auth/open-auth';
import { HtpasswdFile } from './auth/htpasswd';
import { PasswordAuth, type CheckPassword } from './auth/password-auth';
import { createArchiveTarget, type ArchivePack } from './backup/archive-target';
import { backUp, BackupRunning, type BackupReport } from './backup/back-up';
import { createFolderTarget } from './backup/folder-target';
import { checkBinding, isLoopback } from './binding';
import { checkFolder } from './check/check-folder';
import type { CheckReport } from './check/report';
import type { ControlCommands } from './control/control-listener';
import type { Webhook, WebhookOptions } from './events/webhook';
import {
  collectGarbage,
  CollectionRunning,
  defaultGraceMs,
  type CollectOptions,
} from './gc/collect-garbage';
import type { CollectionReport } from './gc/report';
import { createHandler, type Authenticate, type RegistryHandler } from './handler';
import { startHousekeeping, type Housekeeping } from './housekeeping';
import type { RegistryLimits } from './limits';
import { listen, type Listening, type ListenOptions } from './listener';
import { countFolder, type FolderCount } from './count';
import { createParts } from './create-parts';
import type { EventSource } from './events/event-source';
import type { Log, RegistryParts } from './parts';
import { openFolder, type OpenFolder } from './open-folder';
import type { StorageOptions } from './progress';
import { countSpace, type SpaceOptions } from './space/count-space';
import { Growth } from './space/growth';
import type { SpaceReport } from './space/report';
import { gatherStatistics, type RegistryStatistics } from './statistics';

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
  /** Uploads that would make blobs and uploads take more than this are refused. */
  limitBytes?: number;
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
  /** Says what in the folder cannot be served. `isDeep` hashes every blob. Throws the reason of `signal`. */
  check: (options?: StorageOptions & { isDeep?: boolean }) => Promise<CheckReport>;
  statistics: () => Promise<RegistryStatistics>;
  count: () => Promise<FolderCount>;
  /** Changes `limitBytes`; undefined: as much as the disk has. */
  setLimit: (limitBytes: number | undefined) => void;
  /** Where the space goes: what every repository uses alone and shares, and what garbage takes. */
  space: (options?: Partial<SpaceOptions>) => Promise<SpaceReport>;
  /**
   * Backs everything up while requests go on; garbage is not collected meanwhile. Throws CollectionRunning,
   * BackupRunning, BackupFault, or the reason of `signal`.
   */
  backUp: (place: BackupPlace, options?: StorageOptions) => Promise<BackupReport>;
  /** Lets requests under way end within `drainMs`, then gives the folder back. */
  close: (drainMs?: number) => Promise<void>;
}>;

/** A folder, in which later backups copy only what is new, or an archive. */
export type BackupPlace = Readonly<{ folder: string }> | Readonly<{ archive: ArchivePack }>;

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
  readonly #growth: Growth;
  readonly #uploadMaxAgeMs: number;
  readonly #closing = new AbortController();
  #webhooks: Webhook[] = [];
  #folder: OpenFolder | undefined;
  #housekeeping: Housekeeping | undefined;
  #authenticate: Authenticate | undefined;
  #collecting: Promise<CollectionReport> | undefined;
  #backingUp: Promise<BackupReport> | undefined;
  #isExposed = false;
  #closed: Promise<void> | undefined;

  constructor(readonly options: LocalRegistryOptions) {
    this.#parts = createParts(options);
    this.#growth = new Growth(this.#parts.layout);
    this.#uploadMaxAgeMs = options.uploadMaxAgeMs ?? defaultUploadMaxAgeMs;
  }

  async open(): Promise<void> {
    this.#authenticate = await this.#createAuth();
    this.#folder = await openFolder(this.#parts.layout, this.#parts.isReadOnly, this.#commands());
    this.#housekeeping = startHousekeeping(this.#parts, this.#growth, this.#uploadMaxAgeMs);
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
      check: ({ isDeep = false, signal, ...rest } = {}) =>
        checkFolder(parts, { ...rest, isDeep, signal: this.#untilClosed(signal) }),
      statistics: () => gatherStatistics(parts),
      count: () => countFolder(parts),
      setLimit(limitBytes) {
        parts.room.limitBytes = limitBytes;
      },
      space: (spaceOptions = {}) => this.#space(spaceOptions),
      backUp: (place, backupOptions = {}) => this.#backUp(place, backupOptions),
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
    await this.#backingUp?.catch(() => undefined);
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
    if (this.#backingUp !== undefined && options.isDryRun !== true) throw new BackupRunning();
    const signal = this.#untilClosed(options.signal);
    this.#collecting = collectGarbage(this.#parts, { ...options, signal }, this.#uploadMaxAgeMs);
    try {
      return await this.#collecting;
    } finally {
      this.#collecting = undefined;
    }
  }

  #space(options: Partial<SpaceOptions>): Promise<SpaceReport> {
    const { graceMs = defaultGraceMs } = options;
    const signal = this.#untilClosed(options.signal);
    return countSpace(this.#parts, this.#growth, this.#uploadMaxAgeMs, {
      ...options,
      graceMs,
      signal,
    });
  }

  async #backUp(place: BackupPlace, options: StorageOptions): Promise<BackupReport> {
    const target =
      'folder' in place
        ? createFolderTarget(this.options.storageDir, place.folder)
        : createArchiveTarget(place.archive);
    const isCollecting = this.#collecting !== undefined;
    if (isCollecting || this.#backingUp !== undefined) {
      await target.close();
      throw isCollecting ? new CollectionRunning() : new BackupRunning();
    }
    const signal = this.#untilClosed(options.signal);
    this.#backingUp = backUp(this.#parts, target, { ...options, signal });
    try {
      return await this.#backingUp;
    } finally {
      this.#backingUp = undefined;
    }
  }

  #untilClosed(signal: AbortSignal | undefined): AbortSignal {
    return AbortSignal.any([this.#closing.signal, ...(signal === undefined ? [] : [signal])]);
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
