/**
 * `npm test`: builds, then runs unit, integration and e2e, and ends with a line that counts them.
 * `node scripts/test.mjs e2e -g keychain` runs one suite and hands the rest of the line to its runner.
 */
import fs from 'node:fs';
import { ensureBuilt } from './build.mjs';
import { openTestSession } from './session/test-session.mjs';
import { inProject } from './set-up/paths.mjs';
import { fail, SetUpError } from './set-up/say.mjs';
import { runSuite, suites } from './test/suites.mjs';
import { summarise } from './test/summary.mjs';

const [first, ...rest] = process.argv.slice(2);

try {
  if (first !== undefined && !Object.hasOwn(suites, first)) {
    throw new SetUpError(
      `There is no test suite "${first}". There are: ${Object.keys(suites).join(', ')}.`,
    );
  }
  process.exitCode = await test(first === undefined ? Object.keys(suites) : [first], rest);
} catch (error) {
  fail(error);
}

async function test(names, args) {
  const skipLog = inProject('test-results', 'skips.jsonl');
  fs.rmSync(skipLog, { force: true });
  await ensureBuilt();
  const session = await openTestSession();
  try {
    const env = { ...session.environment, TAGBOAT_SKIP_LOG: skipLog };
    const results = [];
    for (const name of names) results.push(await runSuite(name, { args, env }));
    return summarise(results, skipLog);
  } finally {
    session.close();
  }
}
