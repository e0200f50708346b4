import fs from 'node:fs';
import path from 'node:path';
import { withLock } from './lock.mjs';
import { inProject, projectRoot } from './paths.mjs';
import { lastLines, runNpm } from './run.mjs';
import { SetUpError, withHeartbeat } from './say.mjs';

const keychainModule = inProject('node_modules', 'keytar', 'build', 'Release', 'keytar.node');

/** keytar is the one dependency with native code. */
export const isKeychainModuleBuilt = () => fs.existsSync(keychainModule);

/**
 * Runs `npm ci` when what is installed is not what package-lock.json says. The packages' install scripts are
 * left out: keytar's is run by itself, and Electron is fetched with a fallback.
 */
export function ensureNodeModules({ withKeychain = true } = {}) {
  const isComplete = () => isUpToDate() && (isKeychainModuleBuilt() || !withKeychain);
  if (isComplete()) return Promise.resolve();
  return withLock(inProject('.cache', 'set-up.lock'), async () => {
    if (!isUpToDate()) await installPackages();
    if (withKeychain && !isKeychainModuleBuilt()) await buildKeychainModule();
  });
}

/**
 * Compares content, not times: `git clone` gives every file the same age. node_modules/.package-lock.json is
 * written by npm when an installation has finished, and lacks what is optional on another platform.
 */
function isUpToDate() {
  const wanted = readPackages(inProject('package-lock.json'));
  const present = readPackages(inProject('node_modules', '.package-lock.json'));
  if (wanted === undefined || present === undefined) return false;
  const isWanted = ([name, { version }]) =>
    wanted[name]?.version === version && sameHash(wanted[name], present[name]);
  const isThere = ([name, { optional }]) => name === '' || name in present || optional === true;
  return Object.entries(present).every(isWanted) && Object.entries(wanted).every(isThere);
}

const sameHash = (wanted, present) => wanted.integrity === present.integrity;

function readPackages(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

async function installPackages() {
  const installing = runNpm(
    ['ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund'],
    {
      cwd: projectRoot,
    },
  );
  const what = 'installing the packages of package-lock.json (npm ci)';
  const { code, output } = await withHeartbeat(what, installing);
  if (code !== 0) throw new SetUpError(`npm ci failed:\n${lastLines(output)}`);
}

async function buildKeychainModule() {
  const building = runNpm(['rebuild', 'keytar'], { cwd: projectRoot, env: withNodeHeaders() });
  const what = 'building keytar, the door to the OS keychain';
  const { code, output } = await withHeartbeat(what, building);
  if (code === 0 && isKeychainModuleBuilt()) return;
  throw new SetUpError(
    `keytar, which opens the OS keychain, could be neither downloaded nor built:\n${lastLines(output)}\n` +
      'It needs a C++ compiler, make and Python, and on Linux the headers of libsecret.',
  );
}

/** Headers beside the Node that runs this save node-gyp a download. */
function withNodeHeaders() {
  const prefix = path.resolve(path.dirname(fs.realpathSync(process.execPath)), '..');
  const hasHeaders = fs.existsSync(path.join(prefix, 'include', 'node', 'node_api.h'));
  const isConfigured = Boolean(process.env['npm_config_nodedir']);
  return hasHeaders && !isConfigured ? { ...process.env, npm_config_nodedir: prefix } : process.env;
}
