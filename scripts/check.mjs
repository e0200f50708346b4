/**
 * `npm run check [-- --all]`: everything that needs no window and no server, side by side, with one line each at the end.
 * Of the unit tests it runs those that what changed since they last passed can have an effect on; `--all` runs them all,
 * as `npm test` does.
 */
import { spawn } from 'node:child_process';
import { difference, lastPassed, rememberPassed, snapshot } from './changed-files.mjs';
import { inProject, projectRoot } from './set-up/paths.mjs';

const files = snapshot((file) => /^(src|test|scripts)\/|^[^/]+\.(json|ts|cjs)$/u.test(file));

/** Arguments for vitest; undefined when nothing has changed that a unit test could see. */
function unitArguments() {
  const rest = ['--project', 'unit', '--reporter', 'dot'];
  const before = process.argv.includes('--all') ? undefined : lastPassed('unit');
  if (before === undefined || files === undefined) return ['run', ...rest];
  const changed = difference(before, files);
  if (changed.length === 0) return undefined;
  // Configuration, and files that are gone, may have an effect on anything.
  const isWide = changed.some((file) => !file.includes('/') || !(file in files));
  return isWide ? ['run', ...rest] : ['related', ...changed, '--run', '--passWithNoTests', ...rest];
}

const unit = unitArguments();

/** Slowest first, so that the machine's cores are busy to the end. */
const checks = {
  ...(unit && { unit: ['vitest', 'vitest.mjs', ...unit] }),
  types: ['typescript', 'bin/tsc', '-b'],
  layers: [
    'dependency-cruiser',
    'bin/dependency-cruise.mjs',
    '--config',
    '.dependency-cruiser.cjs',
    'src',
  ],
  unused: ['knip', 'bin/knip.js'],
  lint: ['oxlint', 'bin/oxlint', '--type-aware', '--deny-warnings'],
  format: [
    'prettier',
    'bin/prettier.cjs',
    '--check',
    '--log-level',
    'warn',
    '--cache',
    '--cache-location',
    '.cache/prettier',
    '.',
  ],
};

const startedAt = performance.now();
const results = await Promise.all(
  Object.entries(checks).map(([name, command]) => check(name, command)),
);
const failed = results.filter((result) => !result.isOk);
if (files && !failed.some(({ name }) => name === 'unit')) rememberPassed('unit', files);

for (const { name, output } of failed)
  process.stdout.write(`\n--- ${name} ---\n${output.trim()}\n`);
process.stdout.write('\n');
if (!unit) process.stdout.write('ok     unit          as before\n');
for (const { name, isOk, seconds } of results) {
  process.stdout.write(
    `${isOk ? 'ok    ' : 'FAILED'} ${name.padEnd(8)} ${seconds.toFixed(1).padStart(6)} s\n`,
  );
}
const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
process.stdout.write(
  `\n${results.length - failed.length} passed, ${failed.length} failed, in ${seconds} s\n`,
);
process.exitCode = failed.length > 0 ? 1 : 0;

function check(name, [packageName, bin, ...args]) {
  const since = performance.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [inProject('node_modules', packageName, bin), ...args], {
      cwd: projectRoot,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => (output += error.message));
    child.on('close', (code) =>
      resolve({ name, isOk: code === 0, output, seconds: (performance.now() - since) / 1000 }),
    );
  });
}
