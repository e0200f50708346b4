import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  errorCode,
  keepFileAside,
  removeStaleTemporaries,
  writeFileAtomically,
} from './atomic-file';
import type { SettingsFile } from './settings';

/** `settings.json` in a directory, which is made when it is first written. */
export function createJsonSettingsFile(directory: string): SettingsFile {
  const path = join(directory, 'settings.json');
  return {
    path,
    async read() {
      await removeStaleTemporaries(path);
      try {
        return await readFile(path, 'utf8');
      } catch (error) {
        if (errorCode(error) === 'ENOENT') return undefined;
        throw error;
      }
    },
    write: (text) => writeFileAtomically(path, text),
    keepAside: (label) => keepFileAside(path, label),
  };
}
