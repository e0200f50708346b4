/** `npm run build`: builds out/. Other scripts import `ensureBuilt`, which builds only what is stale. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { withLock } from './set-up/lock.mjs';
import { inProject, projectRoot } from './set-up/paths.mjs';
import { lastLines } from './set-up/run.mjs';
import { fail, say, SetUpError } from './set-up/say.mjs';

const INPUTS = [
  'src',
  'resources',
  'electron.vite.config.ts',
  'package.json',
  'package-lock.json',
  'postcss.config.cjs',
];
const OUTPUTS = ['main/index.js', 'main/cli.js', 'preload/index.cjs', 'renderer/index.html'];

/** Its time is that of the build's start, so an input saved during a build counts as newer. */
const stamp = inProject('out', '.built');

/** Builds out/ when an input is newer than the last build, or an output is missing. */
export function ensureBuilt() {
  if (isFresh()) return Promise.resolve();
  return withLock(inProject('.cache', 'build.lock'), async () => {
    if (isFresh()) return;
    say('building out/');
    await build(['--logLevel', 'warn']);
  });
}

async function build(args, stdio = ['ignore', 'pipe', 'pipe']) {
  const startedAt = new Date();
  const { code, output } = await runElectronVite(['build', ...args], stdio);
  if (code !== 0) throw new SetUpError(`The build failed.\n${lastLines(output, 60)}`);
  fs.writeFileSync(stamp, '');
  fs.utimesSync(stamp, startedAt, startedAt);
}

function runElectronVite(args, stdio) {
  return new Promise((resolve, reject) => {
    const cli = inProject('node_modules', 'electron-vite', 'bin', 'electron-vite.js');
    const env = stdio === 'inherit' ? process.env : { ...process.env, NO_COLOR: '1' };
    const child = spawn(process.execPath, [cli, ...args], { cwd: projectRoot, env, stdio });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}

function isFresh() {
  const builtAt = modifiedAt(stamp);
  if (builtAt === undefined || OUTPUTS.some((file) => !fs.existsSync(inProject('out', file))))
    return false;
  return INPUTS.every((input) => newestIn(inProject(input)) <= builtAt);
}

/** The newest time in a tree, folders included: a deleted file shows in its folder's time. */
function newestIn(entry) {
  let newest = modifiedAt(entry) ?? 0;
  if (!fs.statSync(entry, { throwIfNoEntry: false })?.isDirectory()) return newest;
  for (const name of fs.readdirSync(entry))
    newest = Math.max(newest, newestIn(path.join(entry, name)));
  return newest;
}

const modifiedAt = (file) => fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs;

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    await withLock(inProject('.cache', 'build.lock'), () =>
      build(process.argv.slice(2), 'inherit'),
    );
  } catch (error) {
    fail(error);
  }
}
