/** `npm run dev`: the app with hot reload. Further arguments go to the app. */
import { electronEnvironment, electronPath } from './runtime.mjs';
import { openDisplay } from './session/display.mjs';
import { runInForeground } from './session/foreground.mjs';
import { endWithParent } from './session/parent.mjs';
import { sandboxSwitches } from './session/sandbox.mjs';
import { inProject, projectRoot } from './set-up/paths.mjs';
import { fail, say } from './set-up/say.mjs';
import { hasDisplay } from './set-up/system-packages.mjs';

endWithParent();
try {
  const display = hasDisplay() ? undefined : await openDisplay({ width: 1440, height: 900 });
  if (display !== undefined)
    say(`there is no display here, so Tagboat runs in Xvfb on ${display.environment.DISPLAY}`);
  const switches = sandboxSwitches(electronPath()).length > 0 ? ['--noSandbox'] : [];
  const args = ['dev', '--watch', ...switches, '--', ...process.argv.slice(2)];
  const cli = inProject('node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  const env = { ...electronEnvironment(), ...display?.environment };
  try {
    process.exitCode = await runInForeground(process.execPath, [cli, ...args], {
      env,
      cwd: projectRoot,
    });
  } finally {
    display?.close();
  }
} catch (error) {
  fail(error);
}
