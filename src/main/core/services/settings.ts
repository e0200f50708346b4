import {
  inspectorTabSchema,
  sortColumnSchema,
  type SettingsPatch,
  type SettingsView,
  type WindowState,
} from '#contract/settings';
import type { Settings } from '#core/settings/schema';
import type { SettingsStore } from '#core/settings/settings';
import type { Handlers } from './handlers';

type SettingsHandlers = Pick<Handlers, Extract<keyof Handlers, `settings:${string}`>>;

/** What the window may read and change of the settings: theme, engine, and how it was left. */
export const createSettingsHandlers = (
  settings: SettingsStore,
  onTheme: (theme: SettingsView['theme']) => void,
): SettingsHandlers => ({
  'settings:get': () => viewOf(settings.current()),
  'settings:update': (patch) => {
    const before = settings.current().theme;
    const after = settings.update((current) => applyPatch(current, patch));
    if (after.theme !== before) onTheme(after.theme);
    return viewOf(after);
  },
});

const viewOf = ({
  theme,
  pullEngine,
  protectedTags,
  layout,
  selection,
}: Settings): SettingsView => {
  const { inspectorTab, ...selected } = selection;
  const { sort, hiddenColumns, expandedNamespaces, ...sizes } = layout;
  // A file written by a later release may name a tab or a column this one does not have.
  const column = sortColumnSchema.safeParse(sort.column);
  const tab = inspectorTabSchema.safeParse(inspectorTab);
  return {
    theme,
    pullEngine,
    protectedTags,
    window: {
      sidebarWidth: sizes.sidebarWidth,
      inspectorWidth: sizes.inspectorWidth,
      inspectorOpen: sizes.inspectorOpen,
      groupByImage: sizes.groupByImage,
      hiddenColumns: [...hiddenColumns],
      expandedNamespaces: [...expandedNamespaces],
      sort: { column: column.data ?? 'tag', descending: sort.descending },
      registryId: selected.registryId,
      repository: selected.repository,
      tag: selected.tag,
      digest: selected.digest,
      inspectorTab: tab.data ?? 'overview',
    },
  };
};

const applyPatch = (current: Settings, patch: SettingsPatch): Settings => {
  const window: WindowState = { ...viewOf(current).window, ...defined(patch.window ?? {}) };
  const { registryId, repository, tag, digest, inspectorTab, ...layout } = window;
  return {
    ...current,
    theme: patch.theme ?? current.theme,
    pullEngine: patch.pullEngine ?? current.pullEngine,
    protectedTags: patch.protectedTags ?? current.protectedTags,
    layout: { ...current.layout, ...layout },
    selection: { ...current.selection, registryId, repository, tag, digest, inspectorTab },
  };
};

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

const defined = <T extends object>(value: T): Defined<T> =>
  Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as Defined<T>;
