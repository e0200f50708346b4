import fs from 'node:fs';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import { inProject, userCacheDirectory } from './paths.mjs';
import { run } from './run.mjs';
import { withHeartbeat } from './say.mjs';

/** The electron package's own way to its executable: its install.js downloads it, path.txt names it. */
const packageRoot = inProject('node_modules', 'electron');

const PROBE_TIMEOUT_MS = 4000;
const DOWNLOAD_TIMEOUT_MS = 15 * 60_000;
/** How long an unreachable download is not tried again. */
const RETRY_AFTER_MS = 7 * 24 * 3_600_000;

/** The version that package.json pins, or undefined before `npm ci`. */
export function pinnedElectronVersion() {
  try {
    return JSON.parse(fs.readFileSync(path.join(packageRoot, 'package.json'), 'utf8')).version;
  } catch {
    return undefined;
  }
}

/** The executable that the electron package has downloaded, or undefined when there is none. */
export function downloadedElectron() {
  try {
    const executable = fs.readFileSync(path.join(packageRoot, 'path.txt'), 'utf8').trim();
    const version = fs.readFileSync(path.join(packageRoot, 'dist', 'version'), 'utf8').trim();
    const file = path.join(packageRoot, 'dist', executable);
    return version.replace(/^v/, '') === pinnedElectronVersion() && fs.existsSync(file)
      ? file
      : undefined;
  } catch {
    return undefined;
  }
}

/** Lets the electron package download its executable; returns it, or undefined when that cannot be had here. */
export async function downloadElectron() {
  if (failedLately() || !(await isWithinReach())) return undefined;
  const downloading = run(process.execPath, [path.join(packageRoot, 'install.js')], {
    timeout: DOWNLOAD_TIMEOUT_MS,
  });
  const { code } = await withHeartbeat(
    `downloading Electron ${pinnedElectronVersion()}`,
    downloading,
  );
  const executable = downloadedElectron();
  if (code !== 0 || executable === undefined) rememberFailure();
  return executable;
}

/**
 * A host that cannot be reached costs a name look-up or one time-out here, instead of the minutes of retries
 * that the real download makes. Behind a proxy and with the archive already cached there is nothing to ask.
 */
async function isWithinReach() {
  if (hasProxy() || isArchiveCached()) return true;
  const isReachable = await new Promise((resolve) => {
    const request = https.request(
      downloadUrl(),
      { method: 'HEAD', timeout: PROBE_TIMEOUT_MS },
      (response) => {
        response.resume();
        resolve(response.statusCode < 400);
      },
    );
    request.on('timeout', () => request.destroy(new Error('time-out')));
    request.on('error', () => resolve(false));
    request.end();
  });
  if (!isReachable) rememberFailure();
  return isReachable;
}

const hasProxy = () =>
  ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy', 'npm_config_https_proxy'].some(
    (name) => process.env[name],
  );

/** The same settings as @electron/get reads: a mirror from the environment or from npm's configuration. */
function downloadUrl() {
  const { env } = process;
  const mirror =
    env['npm_config_electron_mirror'] ||
    env['ELECTRON_MIRROR'] ||
    'https://github.com/electron/electron/releases/download/';
  return new URL(
    `v${pinnedElectronVersion()}/${archiveName()}`,
    mirror.endsWith('/') ? mirror : `${mirror}/`,
  );
}

const archiveName = () =>
  `electron-v${pinnedElectronVersion()}-${process.platform}-${process.arch}.zip`;

function isArchiveCached() {
  const cacheRoots = {
    darwin: path.join(os.homedir(), 'Library', 'Caches', 'electron'),
    win32: path.join(process.env['LOCALAPPDATA'] ?? os.homedir(), 'electron', 'Cache'),
  };
  const linux = path.join(
    process.env['XDG_CACHE_HOME'] || path.join(os.homedir(), '.cache'),
    'electron',
  );
  const root = process.env['electron_config_cache'] ?? cacheRoots[process.platform] ?? linux;
  try {
    return fs
      .readdirSync(root, { recursive: true })
      .some((name) => path.basename(name) === archiveName());
  } catch {
    return false;
  }
}

const failureFile = () => path.join(userCacheDirectory(), 'electron-download-failed.json');

function failedLately() {
  try {
    const { version, failedAt } = JSON.parse(fs.readFileSync(failureFile(), 'utf8'));
    return (
      version === pinnedElectronVersion() && Date.now() - Date.parse(failedAt) < RETRY_AFTER_MS
    );
  } catch {
    return false;
  }
}

function rememberFailure() {
  fs.mkdirSync(userCacheDirectory(), { recursive: true });
  const failure = { version: pinnedElectronVersion(), failedAt: new Date().toISOString() };
  fs.writeFileSync(failureFile(), JSON.stringify(failure));
}
