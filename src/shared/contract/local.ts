import { z } from 'zod';
import { call, stream } from './channel';
import {
  type EngineTestStep,
  graduateInputSchema,
  type Graduation,
  guideTargetSchema,
  hostNameSchema,
  type LocalExposure,
  type LocalGuide,
  type LocalTrust,
  portSchema,
} from './local-guide';
import type { ContractError } from './result';

/** The id under which the local registry stands in the list of registries. */
export const localRegistryId = 'local';

/** Lower levels are left out of the log. */
export const localLogLevelSchema = z.enum(['info', 'warn', 'error']);
export type LocalLogLevel = z.infer<typeof localLogLevelSchema>;

/** Who can reach the registry: `network` listens on every address of this machine, and needs a user and TLS. */
export const localReachSchema = z.enum(['this-computer', 'network']);
export type LocalReach = z.infer<typeof localReachSchema>;

/** What can be changed. Every field is checked against the machine before anything is stopped. */
export const localSettingsPatchSchema = z.strictObject({
  port: portSchema.optional(),
  reach: localReachSchema.optional(),
  tls: z.boolean().optional(),
  hostNames: z.array(hostNameSchema).max(32).optional(),
  readOnly: z.boolean().optional(),
  canDelete: z.boolean().optional(),
  startsWithApp: z.boolean().optional(),
  /** The registry goes on, with an icon in the tray, when the window is closed. */
  staysInTray: z.boolean().optional(),
  webhookUrl: z
    .url({ protocol: /^https?$/u })
    .max(2048)
    .nullable()
    .optional(),
  logLevel: localLogLevelSchema.optional(),
  /** Null: as much as the disk has. */
  limitBytes: z
    .number()
    .int()
    .min(1024 * 1024)
    .nullable()
    .optional(),
});
export type LocalSettingsPatch = z.infer<typeof localSettingsPatchSchema>;

export type LocalSettingsView = {
  readonly port: number;
  readonly reach: LocalReach;
  readonly tls: boolean;
  /** Names the certificate is good for, besides those every machine has. */
  readonly hostNames: readonly string[];
  readonly readOnly: boolean;
  readonly canDelete: boolean;
  readonly startsWithApp: boolean;
  readonly staysInTray: boolean;
  readonly webhookUrl: string | null;
  readonly logLevel: LocalLogLevel;
  readonly limitBytes: number | null;
};

export type LocalState =
  | { readonly kind: 'off' }
  | { readonly kind: 'starting' }
  | {
      readonly kind: 'running';
      /** `http://127.0.0.1:5055` */
      readonly origin: string;
      readonly port: number;
      /** ISO 8601. */
      readonly startedAt: string;
      /** It does not answer: since when, ISO 8601. */
      readonly silentSince?: string;
    }
  | { readonly kind: 'stopping' }
  | {
      readonly kind: 'failed';
      /** What happened, why, and what to do. */
      readonly error: ContractError;
      /** ISO 8601. */
      readonly failedAt: string;
    };

/** How full the folder is. */
export type LocalSpaceState =
  'fine' | 'near-limit' | 'over-limit' | 'disk-nearly-full' | 'disk-full';

export type LocalView = {
  readonly state: LocalState;
  readonly settings: LocalSettingsView;
  /** host:port as it stands in references; the one it would have while it is off. */
  readonly host: string;
  /** The port that was wanted and is taken, with who has it where that can be told. */
  readonly takenPort?: { readonly port: number; readonly holder?: string };
  /** The storage folder, as a person would write it. */
  readonly folder: string;
  /** Bytes of content; absent until it was first counted. */
  readonly usedBytes?: number;
  /** Bytes free on the folder's disk. */
  readonly freeBytes?: number;
  readonly space: LocalSpaceState;
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

/** Where the space goes. Sizes in bytes on disk; bytes that two repositories use are `shared` in both. */
export type LocalSpaceReport = {
  readonly countedAt: string;
  readonly repositories: readonly {
    readonly name: string;
    readonly tagCount: number;
    readonly uniqueBytes: number;
    readonly sharedBytes: number;
  }[];
  /** Bytes that garbage collection would bring back. */
  readonly unreachableBytes: number;
  readonly uploadBytes: number;
  readonly totalBytes: number;
  /** At most one sample an hour, oldest first. */
  readonly growth: readonly { readonly at: string; readonly totalBytes: number }[];
};

/** One thing that happened in the registry, newest last. */
export type LocalActivity = {
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
  /** Done by this window. */
  readonly isOwn: boolean;
};

export type LocalLogLine = {
  readonly at: string;
  readonly level: LocalLogLevel;
  readonly message: string;
};

export type LocalProgress = {
  readonly completed: number;
  readonly total?: number;
  readonly unit: 'bytes' | 'steps' | 'blobs';
  /** What is being done now, in plain words. */
  readonly step?: string;
};

export type LocalCollection = {
  readonly isPreview: boolean;
  readonly freedBytes: number;
  readonly durationMs: number;
  readonly isInterrupted: boolean;
  /** Bounded; `manifestCount` says how many there are. */
  readonly manifests: readonly {
    readonly repository: string;
    readonly digest: string;
    readonly sizeBytes: number;
  }[];
  readonly blobs: readonly { readonly digest: string; readonly sizeBytes: number }[];
  readonly manifestCount: number;
  readonly blobCount: number;
  readonly uploadCount: number;
  readonly repositories: readonly string[];
  readonly keptBytes: number;
};

export type LocalCheck = {
  readonly isDeep: boolean;
  readonly durationMs: number;
  readonly counts: {
    readonly repositories: number;
    readonly tags: number;
    readonly manifests: number;
    readonly blobs: number;
    readonly bytes: number;
  };
  /** Bounded; `problemCount` and `noteCount` say how many there are. */
  readonly problems: readonly {
    readonly severity: 'problem' | 'note';
    readonly message: string;
    readonly path: string;
    readonly repository?: string;
    readonly tag?: string;
    readonly digest?: string;
  }[];
  readonly problemCount: number;
  readonly noteCount: number;
};

export type LocalSamples = {
  /** Repositories that are complete now, whether they were before or not. */
  readonly repositories: readonly string[];
  /** Repositories that hold something else and were left as they are, with a sentence that says why. */
  readonly skipped: readonly { readonly repository: string; readonly why: string }[];
};

/** A folder or file that the user chose in main's dialog; the window holds a handle. */
export type PickedPlace = {
  readonly place: string;
  readonly path: string;
  readonly isEmpty: boolean;
  readonly freeBytes?: number;
  /** Bytes of a local registry's content found there. */
  readonly holdsRegistry: boolean;
};

const placeSchema = z.string().regex(/^place-[0-9a-f-]{36}$/u);
export const placePurposeSchema = z.enum([
  'storage',
  'backup-folder',
  'backup-archive',
  'restore-folder',
  'restore-archive',
  'graduate',
]);
export type PlacePurpose = z.infer<typeof placePurposeSchema>;

const noRequest = z.strictObject({});
const userNameSchema = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[^:\s\p{Cc}]+$/u);

export const localChannels = {
  /** The whole view whenever something of it changes; never ends by itself. */
  'local:watch': stream<LocalView, null>().with(noRequest),
  'local:start': call<null>().with(noRequest),
  /** Lets requests under way end first. */
  'local:stop': call<null>().with(noRequest),
  'local:configure': call<LocalView>().with(localSettingsPatchSchema),
  'local:add-user': call<LocalView>().with(
    z.strictObject({ name: userNameSchema, password: z.string().min(8).max(72) }),
  ),
  'local:remove-user': call<LocalView>().with(z.strictObject({ name: userNameSchema })),
  'local:exposure': call<LocalExposure>().with(noRequest),
  /** The newest entries first as one page, then each new one; never ends by itself. */
  'local:activity': stream<readonly LocalActivity[], null>().with(noRequest),
  'local:log': stream<readonly LocalLogLine[], null>().with(noRequest),
  'local:space': stream<LocalProgress, LocalSpaceReport>().with(noRequest),
  'local:collect': stream<LocalProgress, LocalCollection>().with(
    z.strictObject({ preview: z.boolean() }),
  ),
  'local:check': stream<LocalProgress, LocalCheck>().with(z.strictObject({ deep: z.boolean() })),
  'local:pick-place': call<PickedPlace | null>().with(
    z.strictObject({ purpose: placePurposeSchema }),
  ),
  'local:open-folder': call<null>().with(noRequest),
  /** `move` takes the content along; `use` serves what is in the other folder. */
  'local:change-folder': stream<LocalProgress, LocalView>().with(
    z.strictObject({ place: placeSchema, how: z.enum(['move', 'use']) }),
  ),
  'local:back-up': stream<LocalProgress, { readonly path: string; readonly bytes: number }>().with(
    z.strictObject({ place: placeSchema }),
  ),
  /** Checks what is there, then puts it in the place of the content; what was there is kept beside it. */
  'local:restore': stream<LocalProgress, { readonly keptIn: string | null }>().with(
    z.strictObject({ place: placeSchema }),
  ),
  'local:add-samples': stream<LocalProgress, LocalSamples>().with(noRequest),
  'local:guides': call<readonly LocalGuide[]>().with(noRequest),
  'local:test-engine': stream<EngineTestStep, { readonly passed: boolean }>().with(
    z.strictObject({ target: guideTargetSchema }),
  ),
  'local:trust': call<LocalTrust>().with(noRequest),
  /** What `local:graduate` would write; secrets are left out. */
  'local:preview-graduation': call<Graduation>().with(graduateInputSchema),
  'local:graduate': stream<LocalProgress, { readonly folder: string }>().with(
    z.strictObject({ place: placeSchema, input: graduateInputSchema }),
  ),
};
