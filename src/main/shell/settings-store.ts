import ElectronStore from 'electron-store';
import { keepFileAside, removeStaleTemporaries } from '#core/settings/atomic-file';
import type { SettingsFile } from '#core/settings/settings';

/** The text passes through the store as it is: schema, versions and repair belong to core/settings. */
type StoredText = { text?: string };

/**
 * `settings.json` in a directory (absolute), written by electron-store: the same file and text as
 * `createJsonSettingsFile`, so the window and the command line share it.
 */
export function createElectronSettingsFile(directory: string): SettingsFile {
  const store = new ElectronStore<StoredText>({
    cwd: directory,
    name: 'settings',
    configFileMode: 0o600,
    accessPropertiesByDotNotation: false,
    serialize: (value) => value.text ?? '',
    deserialize: (text) => ({ text }),
  });
  return {
    path: store.path,
    async read() {
      await removeStaleTemporaries(store.path);
      return store.store.text;
    },
    async write(text) {
      store.store = { text };
    },
    keepAside: (label) => keepFileAside(store.path, label),
  };
}
