/** `npm run check`: everything that needs no window and no server, side by side, with one line each at the end. */
import { spawn } from 'node:child_process';
import { inProject, projectRoot } from './set-up/paths.mjs';

/** Slowest first, so that the machine's cores are busy to the end. */
const checks = {
  unit: ['vitest', 'vitest.mjs', 'run', '--project', 'unit', '--reporter', 'dot'],
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

for (const { name, output } of failed)
  process.stdout.write(`\n--- ${name} ---\n${output.trim()}\n`);
process.stdout.write('\n');
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
