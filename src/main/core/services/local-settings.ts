import type { RuntimePorts } from '#core/local-runtime/index';
import type { SettingsStore } from '#core/settings/settings';

/** The section of the settings file that the local registry reads and writes. */
export const createLocalSettings = (
  settings: SettingsStore,
): Pick<RuntimePorts, 'loadSettings' | 'saveSettings'> => ({
  loadSettings: () => settings.current().localRegistry,
  saveSettings: async (patch) => {
    settings.update((current) => ({
      ...current,
      localRegistry: { ...current.localRegistry, ...patch },
    }));
    await settings.flush();
  },
});
