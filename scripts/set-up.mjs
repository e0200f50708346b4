/**
 * Makes a fresh clone on a fresh machine ready, and does nothing, quickly, when it is. Node built-ins only:
 * it runs before anything is installed. `--test` adds the real parts of the tests, `--quiet` tells only trouble.
 */
import { ensureElectron } from './runtime.mjs';
import { ensureNodeModules } from './set-up/node-modules.mjs';
import { requireNodeVersion } from './set-up/node-version.mjs';
import { fail } from './set-up/say.mjs';
import { ensureSystemPackages } from './set-up/system-packages.mjs';

try {
  requireNodeVersion();
  await ensureSystemPackages({ withTestParts: process.argv.includes('--test') });
  await ensureNodeModules();
  await ensureElectron();
} catch (error) {
  fail(error);
}
