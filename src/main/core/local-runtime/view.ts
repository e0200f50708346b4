import type { LogLevel, RuntimeSettings } from './settings';

/** Words for a person, with a code of the window's closed list. */
export type RuntimeFault = {
  readonly code: RuntimeFaultCode;
  /** What happened, why, and what to do. */
  readonly message: string;
  /** The setting that was wrong. */
  readonly field?: string;
};

export type RuntimeFaultCode =
  /** A setting, name or place that cannot be used. */
  | 'input-invalid'
  /** The port or address cannot be opened. */
  | 'address-refused'
  /** The folder: full, forbidden, owned by another process, damaged. */
  | 'storage-failed'
  /** The process ended or does not answer. */
  | 'registry-failed'
  /** Something else is under way that has to end first. */
  | 'repository-busy'
  | 'already-exists'
  | 'not-found'
  | 'unsupported'
  | 'cancelled'
  | 'internal';

/** Rejections of the runtime. */
export class RuntimeProblem extends Error {
  override readonly name = 'RuntimeProblem';
  readonly field: string | undefined;

  constructor(
    readonly code: RuntimeFaultCode,
    message: string,
    options: { field?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.field = options.field;
  }

  toFault(): RuntimeFault {
    const { code, message, field } = this;
    return { code, message, ...(field === undefined ? {} : { field }) };
  }
}

export type RuntimeState =
  | { readonly kind: 'off' }
  | { readonly kind: 'starting' }
  | {
      readonly kind: 'running';
      /** `http://127.0.0.1:5055` */
      readonly origin: string;
      readonly port: number;
      /** ISO 8601. */
      readonly startedAt: string;
      /** It does not answer: since when, ISO 8601. `start` then ends the process and begins anew. */
      readonly silentSince?: string;
    }
  | { readonly kind: 'stopping' }
  | {
      readonly kind: 'failed';
      readonly error: RuntimeFault;
      /** ISO 8601. */
      readonly failedAt: string;
    };

export type SpaceState = 'fine' | 'near-limit' | 'over-limit' | 'disk-nearly-full' | 'disk-full';

export type RuntimeView = {
  readonly state: RuntimeState;
  readonly settings: RuntimeSettings;
  /** host:port as it stands in references; the one it would have while it is off. */
  readonly host: string;
  /** The port that was wanted and is taken, with who has it where that can be told. */
  readonly takenPort?: { readonly port: number; readonly holder?: string };
  /** Absolute path of the storage folder. */
  readonly folder: string;
  /** Bytes of content; absent until it was first counted. */
  readonly usedBytes?: number;
  /** Bytes free on the folder's disk. */
  readonly freeBytes?: number;
  readonly space: SpaceState;
  readonly users: readonly string[];
  readonly certificate?: {
    /** SHA-256 of the CA, as `openssl x509 -fingerprint` writes it. */
    readonly caFingerprint: string;
    readonly hostNames: readonly string[];
    /** ISO 8601. */
    readonly expiresAt: string;
  };
  readonly repositoryCount?: number;
  readonly tagCount?: number;
};

/** One thing that happened in the registry. */
export type Activity = {
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  readonly action: 'push' | 'pull' | 'mount' | 'delete' | 'collect';
  readonly repository?: string;
  readonly tag?: string;
  readonly digest?: string;
  readonly sizeBytes?: number;
  /** "podman/5.2", as the client calls itself. */
  readonly client: string;
  readonly user?: string;
  /** Plain words on what it came to: "3 of 9 layers were new · 14.2 MB". */
  readonly outcome?: string;
  /** Done by the app itself. */
  readonly isOwn: boolean;
};

/** Repositories in which something was pushed or deleted; undefined when it may be any. */
export type ContentChange = { readonly repositories: readonly string[] | undefined };

export type LogLine = {
  /** ISO 8601. */
  readonly at: string;
  readonly level: LogLevel;
  readonly message: string;
};

export type Progress = {
  readonly completed: number;
  readonly total?: number;
  readonly unit: 'bytes' | 'steps' | 'blobs';
  /** What is being done now, in plain words. */
  readonly step?: string;
};

export type WorkOptions = {
  readonly signal?: AbortSignal;
  readonly progress?: (progress: Progress) => void;
};
