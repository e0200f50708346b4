/** `npm run screenshots`: opens the app in every state that docs/screenshots shows and takes the pictures anew. */
import { ensureBuilt } from './build.mjs';
import { openTestSession } from './session/test-session.mjs';
import { fail } from './set-up/say.mjs';
import { runPlaywright } from './test/suites.mjs';

try {
  await ensureBuilt();
  const session = await openTestSession();
  try {
    const run = { args: process.argv.slice(2), env: session.environment };
    process.exitCode = (await runPlaywright('screenshots', run)).code;
  } finally {
    session.close();
  }
} catch (error) {
  fail(error);
}
