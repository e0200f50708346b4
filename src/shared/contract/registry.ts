import { z } from 'zod';
import { call, stream } from './channel';
import type { CertificateView, ContractError } from './result';

export const registryIdSchema = z.string().regex(/^[0-9a-z-]{1,64}$/u);

const fingerprintSchema = z.string().regex(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/u);

/** A file chosen in main's dialog: its text stays in main, the window holds only this handle. */
const fileHandleSchema = z.string().regex(/^file-[0-9a-f-]{36}$/u);

/** Text pasted in the window, or a file that main keeps. */
const pemSchema = z.union([
  z.strictObject({ text: z.string().max(256 * 1024) }),
  z.strictObject({ file: fileHandleSchema }),
]);

/** How to log in. Secrets travel from the window to main, never back. */
const loginSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  /** Keep what is stored (when editing). */
  z.strictObject({ kind: z.literal('keep') }),
  z.strictObject({
    kind: z.literal('password'),
    username: z.string().min(1).max(512),
    secret: z
      .string()
      .min(1)
      .max(64 * 1024),
  }),
  /** "Use the login that docker already has": looked up again at each use. */
  z.strictObject({ kind: z.literal('found'), source: z.string().min(1).max(1024) }),
]);

export const registryInputSchema = z.strictObject({
  /** What the user typed: host, host:port or a URL. */
  address: z.string().min(1).max(2048),
  name: z.string().max(128).optional(),
  plainHttp: z.boolean().optional(),
  login: loginSchema,
  ca: pemSchema.nullable().optional(),
  clientCertificate: z
    .strictObject({
      certificate: pemSchema,
      key: pemSchema,
      passphrase: z.string().max(4096).optional(),
    })
    .nullable()
    .optional(),
  trustedFingerprints: z.array(fingerprintSchema).max(16).optional(),
  approvedRealmHosts: z.array(z.string().min(1).max(255)).max(16).optional(),
});
export type RegistryInput = z.infer<typeof registryInputSchema>;

/** What the window may know about a credential. */
export type CredentialView = {
  readonly kind: 'none' | 'password' | 'token';
  readonly username?: string;
  /** Plain words: "OS keychain", "docker config", "memory, until Tagboat closes" … */
  readonly keptIn: string;
  /** The source of a found login, to be given back when editing. */
  readonly foundSource?: string;
};

export type RegistryState =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'checking' }
  | { readonly kind: 'ready'; readonly anonymous: boolean }
  | { readonly kind: 'failed'; readonly error: ContractError };

export type CatalogState = 'unknown' | 'open' | 'closed';

export type RegistryView = {
  readonly id: string;
  /** The one that Tagboat runs itself: it can be neither edited nor removed, and follows the local registry's settings. */
  readonly isLocal: boolean;
  readonly name: string;
  /** host[:port][/prefix] as it stands in references. */
  readonly host: string;
  readonly origin: string;
  readonly plainHttp: boolean;
  /** Which kind of registry answered, as far as it can be told. */
  readonly product: string;
  readonly credential: CredentialView;
  readonly hasCa: boolean;
  readonly clientCertificateSubject?: string;
  readonly trustedFingerprints: readonly string[];
  readonly approvedRealmHosts: readonly string[];
  readonly state: RegistryState;
  readonly catalog: CatalogState;
  /** Marked by the user: nothing is changed or deleted in it. */
  readonly readOnly: boolean;
  readonly readOnlyRepositories: readonly string[];
  /** Docker Hub style pull budget, last seen. */
  readonly pullBudget?: {
    readonly limit: number;
    readonly remaining: number;
    readonly windowSeconds: number;
  };
};

export type CheckStep = {
  readonly step: 'address' | 'connect' | 'certificate' | 'api' | 'login' | 'catalog';
  readonly state: 'running' | 'passed' | 'warning' | 'failed' | 'skipped';
  /** One plain sentence. */
  readonly message: string;
};

export type CheckReport = {
  readonly origin: string;
  readonly host: string;
  readonly passed: boolean;
  readonly anonymous: boolean;
  readonly product: string;
  readonly catalog: CatalogState;
  readonly durationMs: number;
  readonly error?: ContractError;
  readonly certificates: readonly CertificateView[];
};

export type FoundLogin = {
  /** Opaque, given back in `login.source`. */
  readonly source: string;
  readonly username?: string;
  readonly kind: 'password' | 'token';
  /** Plain words: "docker config (~/.docker/config.json)", "docker-credential-pass" … */
  readonly where: string;
};

const noRequest = z.strictObject({});
const byId = z.strictObject({ registryId: registryIdSchema });

export const registryChannels = {
  'registry:list': call<readonly RegistryView[]>().with(noRequest),
  /** Emits the whole list whenever a registry is added, changed, removed or changes state. Never ends by itself. */
  'registry:watch': stream<readonly RegistryView[], null>().with(noRequest),
  /** Tries an address before it is saved; nothing is kept. `registryId` lends its stored credential to `login: keep`. */
  'registry:check': stream<CheckStep, CheckReport>().with(
    z.strictObject({ input: registryInputSchema, registryId: registryIdSchema.optional() }),
  ),
  /** Asks a saved registry again and updates its state. */
  'registry:refresh': stream<CheckStep, CheckReport>().with(byId),
  'registry:add': call<RegistryView>().with(z.strictObject({ input: registryInputSchema })),
  'registry:update': call<RegistryView>().with(
    z.strictObject({ registryId: registryIdSchema, input: registryInputSchema }),
  ),
  'registry:remove': call<null>().with(byId),
  /** Marks a registry, or one repository of it, as not to be changed. */
  'registry:protect': call<RegistryView>().with(
    z.strictObject({
      registryId: registryIdSchema,
      repository: z.string().min(1).max(255).optional(),
      readOnly: z.boolean(),
    }),
  ),
  'registry:logins': call<readonly FoundLogin[]>().with(
    z.strictObject({ address: z.string().min(1).max(2048) }),
  ),
};
