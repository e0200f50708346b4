import { z } from 'zod';
import { defaultLocalRegistry, localRegistrySchema } from './local-registry-section';

/** Raised when the meaning of a field changes; each step needs an entry in migrations.ts. */
export const settingsVersion = 1;

const text = (maximum: number): z.ZodString => z.string().max(maximum);
const pem = text(256 * 1024);
const pixels = z.number().int().min(-32_768).max(32_768);

/**
 * Objects are loose: fields that a newer release added without raising the version are carried along untouched.
 * Known fields are checked strictly and never coerced.
 */
const credentialChoiceSchema = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('none') }),
  /** The secret is in the credential store, below the registry's id and host. */
  z.looseObject({
    kind: z.literal('stored'),
    /** Shown beside the registry without opening the keychain. */
    username: text(512).optional(),
  }),
  /** "Use the login that docker already has": `source` comes from findLogins(). */
  z.looseObject({
    kind: z.literal('found'),
    source: z.string().min(1).max(1024),
    username: text(512).optional(),
  }),
]);

const savedRegistrySchema = z.looseObject({
  id: z.string().regex(/^[0-9a-z-]{1,64}$/u),
  name: text(128),
  /** What the user typed. */
  address: z.string().min(1).max(2048),
  /** host[:port][/prefix] as it stands in references. */
  host: z.string().min(1).max(512),
  /** Scheme, host and port of the API. */
  origin: z.string().min(1).max(2048),
  plainHttp: z.boolean(),
  caPem: pem.optional(),
  /** The private key is a secret and lives in the credential store. */
  clientCertificate: z.looseObject({ certificatePem: pem }).optional(),
  trustedFingerprints: z.array(z.string().regex(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/u)).max(16),
  approvedRealmHosts: z.array(z.string().min(1).max(255)).max(16),
  credential: credentialChoiceSchema,
  /** Repositories added by name, where the catalog is closed. */
  knownRepositories: z.array(z.string().min(1).max(512)).max(100_000),
  /** The vendor that answered last time, to start from. */
  vendorHint: text(64).optional(),
  /** Whether the catalog could be listed last time. */
  catalogHint: z.enum(['unknown', 'open', 'closed']).optional(),
  /** Nothing is changed or deleted in a registry that is marked so. */
  readOnly: z.boolean(),
  /** The same for single repositories. */
  readOnlyRepositories: z.array(z.string().min(1).max(512)).max(100_000).optional(),
  /** ISO 8601. */
  createdAt: z.iso.datetime(),
});

const boundsSchema = z.looseObject({
  x: pixels.nullable(),
  y: pixels.nullable(),
  width: z.number().int().min(200).max(32_768),
  height: z.number().int().min(200).max(32_768),
  maximized: z.boolean(),
});

const layoutSchema = z.looseObject({
  /** Pixels. */
  sidebarWidth: z.number().int().min(160).max(640),
  /** Pixels. */
  inspectorWidth: z.number().int().min(280).max(960),
  inspectorOpen: z.boolean(),
  groupByImage: z.boolean(),
  hiddenColumns: z.array(text(32)).max(16),
  sort: z.looseObject({
    column: z.enum(['tag', 'size', 'created']).catch('tag'),
    descending: z.boolean(),
  }),
  expandedNamespaces: z.array(text(512)).max(500),
});

const selectionSchema = z.looseObject({
  registryId: text(64).nullable(),
  repository: text(512).nullable(),
  tag: text(128).nullable(),
  digest: text(256).nullable(),
  inspectorTab: z.enum(['overview', 'layers', 'config', 'manifest', 'referrers']).catch('overview'),
});

/** One schema a section, so that damage in one section need not cost the others. */
export const settingsSections = {
  theme: z.enum(['system', 'light', 'dark']),
  pullEngine: z.enum(['docker', 'podman', 'nerdctl', 'skopeo', 'crane']),
  bounds: boundsSchema,
  layout: layoutSchema,
  selection: selectionSchema,
  /** Tags that fit one of these ask a second time. */
  protectedTags: z.array(z.string().min(1).max(128)).max(100),
  registries: z.array(savedRegistrySchema).max(1000),
  localRegistry: localRegistrySchema,
};

/** The settings file as this release writes it. */
export const settingsSchema = z.looseObject({
  version: z.literal(settingsVersion),
  ...settingsSections,
});

/** One element of `registries`, for salvage. */
export { savedRegistrySchema };

/** Hides the index signature of a loose object: unknown fields travel, code does not read them. */
type Known<T> = T extends readonly (infer Item)[]
  ? readonly Known<Item>[]
  : T extends object
    ? { readonly [Key in keyof T as string extends Key ? never : Key]: Known<T[Key]> }
    : T;

export type Settings = Known<z.infer<typeof settingsSchema>>;
export type SavedRegistry = Known<z.infer<typeof savedRegistrySchema>>;
export type CredentialChoice = Known<z.infer<typeof credentialChoiceSchema>>;
export type LocalRegistrySettings = Settings['localRegistry'];
export type WindowBounds = Settings['bounds'];
export type Theme = Settings['theme'];

/** What a saved registry holds where the file says nothing. */
export const savedRegistryDefaults = {
  plainHttp: false,
  trustedFingerprints: [],
  approvedRealmHosts: [],
  credential: { kind: 'none' },
  knownRepositories: [],
  readOnly: false,
} as const satisfies Partial<SavedRegistry>;

export const defaultSettings: Settings = {
  version: settingsVersion,
  theme: 'system',
  pullEngine: 'docker',
  bounds: { x: null, y: null, width: 1440, height: 900, maximized: false },
  layout: {
    sidebarWidth: 248,
    inspectorWidth: 384,
    inspectorOpen: true,
    groupByImage: false,
    hiddenColumns: [],
    sort: { column: 'tag', descending: true },
    expandedNamespaces: [],
  },
  selection: {
    registryId: null,
    repository: null,
    tag: null,
    digest: null,
    inspectorTab: 'overview',
  },
  protectedTags: ['latest', 'stable', 'v*'],
  registries: [],
  localRegistry: defaultLocalRegistry,
};
