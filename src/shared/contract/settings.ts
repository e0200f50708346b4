import { z } from 'zod';
import { call } from './channel';
import { registryIdSchema } from './registry';
import { repositorySchema } from './repository';

export const themeSchema = z.enum(['system', 'light', 'dark']);
export type Theme = z.infer<typeof themeSchema>;

export const pullEngineSchema = z.enum(['docker', 'podman', 'nerdctl', 'skopeo', 'crane']);

export const inspectorTabSchema = z.enum(['overview', 'layers', 'config', 'manifest', 'referrers']);
export type InspectorTab = z.infer<typeof inspectorTabSchema>;

export const sortColumnSchema = z.enum(['tag', 'size', 'created']);

/** What the window remembers between runs: no more than it needs to come back as it was left. */
export const windowStateSchema = z.strictObject({
  sidebarWidth: z.number().int().min(160).max(640),
  inspectorWidth: z.number().int().min(280).max(960),
  inspectorOpen: z.boolean(),
  groupByImage: z.boolean(),
  hiddenColumns: z.array(z.string().max(32)).max(16),
  sort: z.strictObject({ column: sortColumnSchema, descending: z.boolean() }),
  registryId: registryIdSchema.nullable(),
  repository: repositorySchema.nullable(),
  /** Selected row: the tag, or the digest of a child opened in the inspector. */
  tag: z.string().max(128).nullable(),
  digest: z.string().max(256).nullable(),
  inspectorTab: inspectorTabSchema,
  expandedNamespaces: z.array(z.string().max(512)).max(500),
});
export type WindowState = z.infer<typeof windowStateSchema>;

export const defaultWindowState: WindowState = {
  sidebarWidth: 248,
  inspectorWidth: 384,
  inspectorOpen: true,
  groupByImage: false,
  hiddenColumns: [],
  sort: { column: 'tag', descending: true },
  registryId: null,
  repository: null,
  tag: null,
  digest: null,
  inspectorTab: 'overview',
  expandedNamespaces: [],
};

export const settingsPatchSchema = z.strictObject({
  theme: themeSchema.optional(),
  pullEngine: pullEngineSchema.optional(),
  protectedTags: z.array(z.string().min(1).max(128)).max(100).optional(),
  window: windowStateSchema.partial().optional(),
});
export type SettingsPatch = z.infer<typeof settingsPatchSchema>;

export type SettingsView = {
  readonly theme: Theme;
  readonly pullEngine: z.infer<typeof pullEngineSchema>;
  /** Patterns (`*` any text, `?` one character) of tags that ask a second time before they are removed or moved. */
  readonly protectedTags: readonly string[];
  readonly window: WindowState;
};

export const settingsChannels = {
  'settings:get': call<SettingsView>().with(z.strictObject({})),
  'settings:update': call<SettingsView>().with(settingsPatchSchema),
};
