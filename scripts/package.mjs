/**
 * `npm run package`: a packaged build of this platform in dist/, unpacked (`--dir`); further arguments replace
 * that. The Electron in use is packaged, so nothing is downloaded for it.
 */
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from './build.mjs';
import { electronPath } from './runtime.mjs';
import { runInForeground } from './session/foreground.mjs';
import { projectRoot } from './set-up/paths.mjs';
import { fail } from './set-up/say.mjs';

const asked = process.argv.slice(2);

try {
  await ensureBuilt();
  const cli = fileURLToPath(import.meta.resolve('electron-builder/cli.js'));
  const args = asked.length > 0 ? asked : ['--dir'];
  process.exitCode = await runInForeground(process.execPath, [cli, ...args, ...electronInUse()], {
    cwd: projectRoot,
  });
} catch (error) {
  fail(error);
}

/** electron-builder wants a folder that looks like an unpacked Electron archive, and its version. */
function electronInUse() {
  const executable = electronPath();
  const dist =
    process.platform === 'darwin'
      ? path.resolve(executable, '../../../..')
      : path.dirname(executable);
  const version = fs.readFileSync(path.join(dist, 'version'), 'utf8').trim().replace(/^v/, '');
  return [`-c.electronDist=${dist}`, `-c.electronVersion=${version}`];
}
