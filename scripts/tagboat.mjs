/**
 * The `tagboat` command in a checkout, under plain Node: `npm run --silent tagboat -- registry --storage DIR`.
 * Builds it first when it is missing or stale; nothing but the command's own output reaches stdout.
 */
import { pathToFileURL } from 'node:url';
import { ensureBuilt } from './build.mjs';
import { endWithParent } from './session/parent.mjs';
import { ensureNodeModules } from './set-up/node-modules.mjs';
import { requireNodeVersion } from './set-up/node-version.mjs';
import { inProject } from './set-up/paths.mjs';
import { fail } from './set-up/say.mjs';

const command = inProject('out', 'main', 'cli.js');

try {
  requireNodeVersion();
  await ensureNodeModules({ withKeychain: false });
  await ensureBuilt();
} catch (error) {
  fail(error);
}
endWithParent();
process.argv[1] = command;
await import(pathToFileURL(command).href);
