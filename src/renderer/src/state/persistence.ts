import type { SettingsPatch, SettingsView, WindowState } from '#contract/settings';
import { api, callOrThrow } from '#lib/api';
import { useLayout } from './layout';
import { usePreferences } from './preferences';
import { useSelection } from './selection';
import { useTable } from './table';

const debounceMs = 300;

const windowState = (): WindowState => {
  const { registryId, repository, tag, digest, inspectorTab } = useSelection.getState();
  const { sidebarWidth, inspectorWidth, inspectorOpen, expandedNamespaces } = useLayout.getState();
  const { sort, hiddenColumns, groupByImage } = useTable.getState();
  return {
    registryId,
    repository,
    tag,
    digest,
    inspectorTab,
    sidebarWidth,
    inspectorWidth,
    inspectorOpen,
    expandedNamespaces,
    sort,
    hiddenColumns,
    groupByImage,
  };
};

const currentSettings = (): SettingsView => {
  const { theme, pullEngine, protectedTags } = usePreferences.getState();
  return { theme, pullEngine, protectedTags, window: windowState() };
};

/** Puts stored settings into the slices. Called once, before the first paint. */
const restoreSettings = ({
  theme,
  pullEngine,
  protectedTags,
  window: state,
}: SettingsView): void => {
  const { registryId, repository, tag, digest, inspectorTab } = state;
  const { sidebarWidth, inspectorWidth, inspectorOpen, expandedNamespaces } = state;
  const { sort, hiddenColumns, groupByImage } = state;
  usePreferences.setState({ theme, pullEngine, protectedTags });
  useSelection.setState({ registryId, repository, tag, digest, inspectorTab });
  useLayout.setState({ sidebarWidth, inspectorWidth, inspectorOpen, expandedNamespaces });
  useTable.setState({ sort, hiddenColumns, groupByImage });
};

/** Reads the settings into the slices; what could not be read leaves the defaults, and main has a notice about it. */
export const loadSettings = async (): Promise<void> => {
  try {
    restoreSettings(await callOrThrow(api.settings.get({})));
  } catch {
    // The defaults are a window that works; an error here must not be a blank one.
  }
};

/** Writes the persisted slices to main 300 ms after they change, and at once when the window goes. Returns the way to stop. */
export const keepSettings = (): (() => void) => {
  let kept = JSON.stringify(currentSettings());
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const settings = currentSettings();
    const text = JSON.stringify(settings);
    if (text === kept) return;
    kept = text;
    const patch: SettingsPatch = { ...settings, protectedTags: [...settings.protectedTags] };
    void api.settings.update(patch);
  };
  const later = (): void => {
    clearTimeout(timer);
    timer = setTimeout(flush, debounceMs);
  };
  const slices = [useSelection, useLayout, useTable, usePreferences];
  const stops = slices.map((slice) => slice.subscribe(later));
  window.addEventListener('pagehide', flush);
  return () => {
    for (const stop of stops) stop();
    window.removeEventListener('pagehide', flush);
    flush();
  };
};
