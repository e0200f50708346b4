/** Prints the Electron executable in use, and nothing else on stdout. */
import { electronPath } from './runtime.mjs';
import { fail } from './set-up/say.mjs';

try {
  process.stdout.write(`${electronPath()}\n`);
} catch (error) {
  fail(error);
}
