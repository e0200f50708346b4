import fs from 'node:fs';
import { electronLibraries, keychainBuild, testParts, virtualDisplay } from './debian-packages.mjs';
import { isKeychainModuleBuilt } from './node-modules.mjs';
import { lastLines, run } from './run.mjs';
import { SetUpError, warn, withHeartbeat } from './say.mjs';

const STATUS_FILE = '/var/lib/dpkg/status';
const APT_LISTS = '/var/lib/apt/lists';
const APT_GET = [
  '-y',
  '--no-install-recommends',
  '-o',
  'DPkg::Lock::Timeout=300',
  '-o',
  'Dpkg::Use-Pty=0',
];

/**
 * Installs the Debian packages that are missing. Packages that the app cannot do without are an error when
 * they cannot be installed; the tests' real parts are then only named, and the tests that need them skip.
 * Other systems bring these libraries along, so there is nothing to do there.
 */
export async function ensureSystemPackages({ withTestParts }) {
  if (!isDebianLike()) return;
  const needed = [
    ...electronLibraries,
    ...(hasDisplay() && !withTestParts ? [] : virtualDisplay),
    ...(isKeychainModuleBuilt() ? [] : keychainBuild),
  ];
  const installed = readInstalled();
  const missing = needed.filter((need) => !isInstalled(installed, need));
  const missingParts = withTestParts
    ? testParts.filter((need) => !isInstalled(installed, need))
    : [];
  if (missing.length + missingParts.length === 0) return;
  await (isRoot() ? install(missing, missingParts) : refuseOrSkip(missing, missingParts));
}

/** Debian and what descends from it, by os-release(5). */
export function isDebianLike() {
  if (process.platform !== 'linux' || !fs.existsSync(STATUS_FILE)) return false;
  try {
    const release = fs.readFileSync('/etc/os-release', 'utf8');
    return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(release);
  } catch {
    return false;
  }
}

export const isRoot = () => process.getuid?.() === 0;

/** Whether windows can be shown as things are. */
export const hasDisplay = () =>
  process.platform !== 'linux' || Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']);

/** Names of the installed packages, read from dpkg's own file: a tenth of the time of asking dpkg. */
function readInstalled() {
  const status = fs.readFileSync(STATUS_FILE, 'utf8');
  const names = new Set();
  for (const [, name] of status.matchAll(/^Package: (\S+)\nStatus: \S+ \S+ installed$/gm))
    names.add(name);
  return names;
}

const isInstalled = (installed, need) => need.split('|').some((name) => installed.has(name));

/** Without root nothing is touched: the command is printed, and a start that cannot work is not begun. */
async function refuseOrSkip(missing, missingParts) {
  const command = `sudo apt-get install --no-install-recommends ${(await chooseNames(missing, missingParts)).join(' ')}`;
  if (missing.length > 0) {
    throw new SetUpError(
      `System packages are missing, and only root can install them. Run:\n\n  ${command}\n`,
    );
  }
  warn(
    'Real parts of the tests are missing, and the tests that need them skip. ' +
      `To run them too:\n\n  ${command}\n`,
  );
}

async function install(missing, missingParts) {
  if (!hasPackageLists()) await updateLists();
  if ((await installOnce(missing, missingParts)).code === 0) return;
  // Lists that are older than the mirror name packages that are gone.
  await updateLists();
  const { code, output, names } = await installOnce(missing, missingParts);
  if (code === 0) return;
  throw new SetUpError(
    `apt-get could not install the packages:\n${lastLines(output)}\n\nRun it by hand to see why:\n\n` +
      `  apt-get update && apt-get install --no-install-recommends ${names.join(' ')}\n`,
  );
}

async function installOnce(missing, missingParts) {
  const names = await chooseNames(missing, missingParts);
  const result = await withHeartbeat(
    `installing Debian packages: ${names.join(' ')}`,
    aptGet(['install', ...names]),
  );
  return { ...result, names };
}

const updateLists = () =>
  withHeartbeat('reading the lists of Debian packages (apt-get update)', aptGet(['update']));

const hasPackageLists = () =>
  fs.existsSync(APT_LISTS) && fs.readdirSync(APT_LISTS).some((name) => name.includes('_Packages'));

/** The name under which this release has each package. A test part that it does not have is named and left out. */
async function chooseNames(missing, missingParts) {
  const usualName = (need) => need.split('|').at(-1);
  const known = await knownNames([...missing, ...missingParts].flatMap((need) => need.split('|')));
  if (known.size === 0) return [...missing, ...missingParts].map(usualName);
  const pick = (need) => need.split('|').find((name) => known.has(name));
  const absent = missingParts.filter((need) => pick(need) === undefined).map(usualName);
  if (absent.length > 0)
    warn(`this Debian release has no ${absent.join(', ')}; tests that need it cannot run`);
  return [
    ...missing.map((need) => pick(need) ?? usualName(need)),
    ...missingParts.map(pick).filter(Boolean),
  ];
}

/** Real packages only: a purely virtual name has no version, and apt refuses those with several providers. */
async function knownNames(names) {
  const { output } = await run('apt-cache', ['policy', ...names], {
    env: { ...process.env, LC_ALL: 'C' },
  });
  const known = new Set();
  for (const [, name, candidate] of output.matchAll(
    /^(\S+):\n {2}Installed: .*\n {2}Candidate: (.*)$/gm,
  )) {
    if (candidate !== '(none)') known.add(name);
  }
  return known;
}

/** RUNLEVEL keeps nginx and docker-registry from being started as services while they are installed. */
function aptGet(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1', LC_ALL: 'C' };
  return run('apt-get', [...APT_GET, ...args], { env });
}
