import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const projectRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** A path inside the checkout. */
export const inProject = (...parts) => path.join(projectRoot, ...parts);

/** Where this user's caches live on this platform; holds the Electron runtime, shared by all checkouts. */
export function userCacheDirectory() {
  const home = os.homedir();
  if (process.platform === 'darwin') return path.join(home, 'Library', 'Caches', 'tagboat');
  if (process.platform === 'win32') {
    return path.join(
      process.env['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local'),
      'tagboat',
      'Cache',
    );
  }
  return path.join(process.env['XDG_CACHE_HOME'] || path.join(home, '.cache'), 'tagboat');
}
