import type { Certificates } from '#core/certificates/index';
import type { RegistryProcess } from './messages';
import type { BackupPlace, Check, Collection, SpaceReport } from './reports';
import type { RuntimePatch, RuntimeSettings } from './settings';
import type { Activity, ContentChange, LogLine, RuntimeView, WorkOptions } from './view';

export type RuntimePorts = {
  readonly loadSettings: () => RuntimeSettings;
  /** Keeps only the fields that are given. */
  readonly saveSettings: (patch: Partial<RuntimeSettings>) => Promise<void>;
  readonly spawn: () => RegistryProcess;
  readonly certificates: Certificates;
  /** Absolute; users, certificates and, unless another is chosen, the storage folder lie in its `local-registry`. */
  readonly profileDir: string;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Bytes free on the disk of a folder. */
  readonly freeBytes?: (folder: string) => Promise<number>;
};

/** Newest last; bounded. */
export type Feed<Item> = {
  readonly recent: () => readonly Item[];
  /** Gives each batch of new items; returns what ends it. */
  readonly watch: (listener: (items: readonly Item[]) => void) => () => void;
};

/**
 * The local registry of this profile, in a process of its own. Everything rejects with RuntimeProblem. Work on the
 * folder (collect, check, space, back up) is possible while the registry is off as well.
 */
export type LocalRuntime = {
  readonly state: () => RuntimeView;
  /** Called whenever something of the view changes, not at once; returns what ends it. */
  readonly watch: (listener: (view: RuntimeView) => void) => () => void;
  /** Nothing when it runs; a registry that is silent is ended and started anew. */
  readonly start: () => Promise<void>;
  /** Lets requests under way end first, for a while. */
  readonly stop: () => Promise<void>;
  /** Checks everything against the machine; rejects with what is wrong before anything is stopped. */
  readonly configure: (patch: RuntimePatch) => Promise<RuntimeView>;
  readonly addUser: (name: string, password: string) => Promise<RuntimeView>;
  readonly removeUser: (name: string) => Promise<RuntimeView>;
  /** Users and bcrypt hashes as htpasswd text, without the app's own. */
  readonly htpasswd: () => string;
  /** `move` takes the content along; `use` serves what is in the other folder. */
  readonly changeFolder: (
    folder: string,
    how: 'move' | 'use',
    options?: WorkOptions,
  ) => Promise<RuntimeView>;
  /** The app's own user, new at each start; undefined while the registry has no users. */
  readonly ownLogin: () => { readonly username: string; readonly password: string } | undefined;
  /** The authority that signed the registry's certificate; undefined without TLS. */
  readonly caPem: () => string | undefined;
  readonly activity: Feed<Activity>;
  readonly log: Feed<LogLine>;
  readonly watchContent: (listener: (change: ContentChange) => void) => () => void;
  readonly collect: (
    what: { readonly isPreview: boolean },
    options?: WorkOptions,
  ) => Promise<Collection>;
  readonly check: (what: { readonly isDeep: boolean }, options?: WorkOptions) => Promise<Check>;
  readonly space: (options?: WorkOptions) => Promise<SpaceReport>;
  readonly backUp: (
    target: BackupPlace,
    options?: WorkOptions,
  ) => Promise<{ readonly path: string; readonly bytes: number }>;
  /** Checks what is there, then puts it in the place of the content; what was there is kept beside it. */
  readonly restore: (
    source: BackupPlace,
    options?: WorkOptions,
  ) => Promise<{ readonly keptIn: string | null }>;
  /** Stops the registry and ends everything; for the end of the app. */
  readonly close: () => Promise<void>;
};
