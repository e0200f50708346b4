/**
 * `npm run bench [-- name …]`: runs test/bench/<name>.bench.ts, or all of them, one after another. A bench is a
 * plain program: it is bundled to .cache/bench and run by Node from the checkout, with a display and a keychain.
 */
import fs from 'node:fs';
import path from 'node:path';
import { ensureBuilt } from './build.mjs';
import { runInForeground } from './session/foreground.mjs';
import { openTestSession } from './session/test-session.mjs';
import { inProject, projectRoot } from './set-up/paths.mjs';
import { fail, say, SetUpError } from './set-up/say.mjs';

const SUFFIX = '.bench.ts';
const benches = fs.readdirSync(inProject('test', 'bench')).filter((name) => name.endsWith(SUFFIX));
const known = benches.map((name) => name.slice(0, -SUFFIX.length)).sort();

try {
  process.exitCode = await bench(chooseNames(process.argv.slice(2)));
} catch (error) {
  fail(error);
}

function chooseNames(asked) {
  const unknown = asked.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new SetUpError(`There is no bench "${unknown[0]}". There are: ${known.join(', ')}.`);
  return asked.length > 0 ? asked : known;
}

async function bench(names) {
  await ensureBuilt();
  const session = await openTestSession();
  let code = 0;
  try {
    for (const name of names) {
      say(`bench ${name}`);
      const program = await bundle(name);
      code ||= await runInForeground(process.execPath, ['--expose-gc', program], {
        env: session.environment,
        cwd: projectRoot,
      });
    }
  } finally {
    session.close();
  }
  return code;
}

/** One file with the project's own code in it; packages stay outside and are loaded from node_modules. */
async function bundle(name) {
  const { build } = await import('vite');
  const outDir = inProject('.cache', 'bench');
  await build({
    configFile: false,
    root: projectRoot,
    logLevel: 'warn',
    build: {
      ssr: inProject('test', 'bench', `${name}${SUFFIX}`),
      outDir,
      emptyOutDir: false,
      target: 'node20',
      minify: false,
      sourcemap: 'inline',
      rollupOptions: { output: { entryFileNames: '[name].mjs', codeSplitting: false } },
    },
  });
  return path.join(outDir, `${name}.bench.mjs`);
}
