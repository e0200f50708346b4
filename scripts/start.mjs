/** `npm start`: builds what is stale and opens Tagboat. Further arguments go to the app. */
import { ensureBuilt } from './build.mjs';
import { electronEnvironment, electronPath } from './runtime.mjs';
import { openDisplay } from './session/display.mjs';
import { runInForeground } from './session/foreground.mjs';
import { endWithParent } from './session/parent.mjs';
import { sandboxSwitches } from './session/sandbox.mjs';
import { projectRoot } from './set-up/paths.mjs';
import { fail, say } from './set-up/say.mjs';
import { hasDisplay } from './set-up/system-packages.mjs';

endWithParent();
try {
  await ensureBuilt();
  process.exitCode = await start(process.argv.slice(2));
} catch (error) {
  fail(error);
}

async function start(args) {
  const executable = electronPath();
  const switches = sandboxSwitches(executable);
  const display = hasDisplay() ? undefined : await openDisplay({ width: 1440, height: 900 });
  if (display !== undefined) tellHowToSee(display.environment);
  try {
    const env = { ...electronEnvironment(), ...display?.environment };
    return await runInForeground(executable, [...switches, projectRoot, ...args], { env });
  } finally {
    display?.close();
  }
}

function tellHowToSee({ DISPLAY: display, XAUTHORITY: authority }) {
  say(`there is no display here, so Tagboat runs in Xvfb on ${display}. To see it:`);
  say(`  a picture:  XAUTHORITY=${authority} xwd -root -display ${display} -out tagboat.xwd`);
  say(`  by VNC:     x11vnc -localhost -display ${display} -auth ${authority}`);
  say('  or set DISPLAY (ssh -X does) and run npm start again. Ctrl-C quits.');
}
