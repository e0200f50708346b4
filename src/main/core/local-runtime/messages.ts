import type { BackupPlace, Check, Collection, SpaceReport } from './reports';
import type { Activity, LogLine, Progress, RuntimeFault } from './view';

/** The process that serves the registry, whatever started it. Messages are plain values (structured clone). */
export type RegistryProcess = {
  readonly postMessage: (message: ToProcess) => void;
  readonly onMessage: (listener: (message: FromProcess) => void) => void;
  /** `signal` where the system tells. */
  readonly onExit: (listener: (exit: ProcessExit) => void) => void;
  /** Ends it at once, even when it hangs. */
  readonly kill: () => void;
};

export type ProcessExit = { readonly code: number | null; readonly signal?: string | undefined };

/** How the registry opens its folder. */
export type OpenRequest = {
  readonly storageDir: string;
  readonly isReadOnly: boolean;
  readonly canDelete: boolean;
  readonly hostNames: readonly string[];
  readonly htpasswdFile: string | null;
  readonly webhookUrl: string | null;
  readonly limitBytes: number | null;
};

export type TlsFiles = { readonly cert: string; readonly key: string };

/** Everything that the process can be asked, with what it answers. */
export type Requests = {
  /** Locks and opens the folder; nothing listens yet. */
  open: { request: OpenRequest; answer: null };
  /** Opens `port`, or the next one that is free. */
  listen: {
    /** `keptPort` is what it had a moment ago in the place of the wanted one, and is tried first. */
    request: { port: number; keptPort: number | null; isNetwork: boolean; tls: TlsFiles | null };
    answer: { port: number; takenPort: number | null };
  };
  'set-tls': { request: TlsFiles; answer: null };
  'set-limit': { request: { limitBytes: number | null }; answer: null };
  collect: { request: { isPreview: boolean }; answer: Collection };
  check: { request: { isDeep: boolean }; answer: Check };
  space: { request: null; answer: SpaceReport };
  'back-up': { request: { place: BackupPlace }; answer: { path: string; bytes: number } };
  /** Needs a folder that is not open. */
  restore: {
    request: { place: BackupPlace; storageDir: string };
    answer: { keptIn: string | null };
  };
  /** Needs a folder that is not open. */
  move: { request: { from: string; to: string }; answer: null };
  /** Lets requests under way end within `drainMs`, gives the folder back, and ends the process. */
  close: { request: { drainMs: number }; answer: null };
};

export type RequestKind = keyof Requests;

export type ToProcess =
  | {
      readonly [Kind in RequestKind]: {
        readonly kind: 'request';
        readonly id: number;
        readonly ask: Kind;
        readonly request: Requests[Kind]['request'];
      };
    }[RequestKind]
  | { readonly kind: 'cancel'; readonly id: number }
  /** Answers `switch`. */
  | { readonly kind: 'switched'; readonly id: number; readonly isDone: boolean };

export type FromProcess =
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly fault: RuntimeFault }
  | { readonly kind: 'progress'; readonly id: number; readonly progress: Progress }
  | {
      readonly kind: 'activity';
      readonly entries: readonly Activity[];
      /** Repositories with new or deleted content; null: too many to name. */
      readonly changed: readonly string[] | null;
    }
  | { readonly kind: 'log'; readonly lines: readonly LogLine[] }
  | {
      readonly kind: 'usage';
      readonly usedBytes: number;
      readonly repositoryCount: number;
      readonly tagCount: number;
    }
  /** All is in the new folder: it is to be the one in use before the old one goes. */
  | { readonly kind: 'switch'; readonly id: number }
  /** The disk refused to take something. */
  | { readonly kind: 'disk-full' }
  | { readonly kind: 'heartbeat' }
  /** Why the process is about to end by itself. */
  | { readonly kind: 'fatal'; readonly message: string };
