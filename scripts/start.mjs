/** `npm start`: builds what is stale and opens Tagboat. Further arguments go to the app. */
import { ensureBuilt } from './build.mjs';
import { electronEnvironment, electronPath } from './runtime.mjs';
import { openDisplay } from './session/display.mjs';
import { runInForeground } from './session/foreground.mjs';
import { endWithParent } from './session/parent.mjs';
import { projectRoot } from './set-up/paths.mjs';
import { fail, say } from './set-up/say.mjs';
import { hasDisplay, isRoot } from './set-up/system-packages.mjs';

endWithParent();
try {
  await ensureBuilt();
  process.exitCode = await start(process.argv.slice(2));
} catch (error) {
  fail(error);
}

async function start(args) {
  const display = hasDisplay() ? undefined : await openDisplay({ width: 1440, height: 900 });
  if (display !== undefined) tellHowToSee(display.environment);
  try {
    const flags = sandboxFlags();
    const env = { ...electronEnvironment(), ...display?.environment };
    return await runInForeground(electronPath(), [...flags, projectRoot, ...args], { env });
  } finally {
    display?.close();
  }
}

/** Chromium does not start its sandbox as root, and only then it is left off. */
function sandboxFlags() {
  if (!isRoot()) return [];
  say('running as root, so the Chromium sandbox is off (--no-sandbox)');
  return ['--no-sandbox'];
}

function tellHowToSee({ DISPLAY: display, XAUTHORITY: authority }) {
  say(`there is no display here, so Tagboat runs in Xvfb on ${display}. To see it:`);
  say(
    `  a picture:  xwd -root -display ${display} -out tagboat.xwd   with XAUTHORITY=${authority}`,
  );
  say(`  by VNC:     x11vnc -localhost -display ${display} -auth ${authority}`);
  say('  or set DISPLAY (ssh -X does) and run npm start again. Ctrl-C quits.');
}
