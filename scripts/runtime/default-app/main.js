/**
 * Loads the app named on the command line: `electron [flags] <folder or file> [app's own arguments]`.
 * A stock Electron comes with such a loader; the one that travels inside the npm package does not.
 * Top-level await matters: Electron holds its `ready` event until this module has finished.
 */
import fs from 'node:fs';
import Module, { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron/main';

const require = createRequire(import.meta.url);
const { target, preloads, isVersion } = readCommandLine(process.argv.slice(1));

if (isVersion) {
  process.stdout.write(`v${process.versions.electron}\n`);
  process.exit(0);
}
if (target === undefined) {
  process.stderr.write('Usage: electron [flags] <folder or file> [arguments]\n');
  process.exit(1);
}

Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true });
if (preloads.length > 0) Module._preloadModules(preloads);
await loadApp(path.resolve(target));

function readCommandLine(args) {
  const preloads = [];
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index];
    if (arg === '-r' || arg === '--require') preloads.push(args[(index += 1)]);
    else if (arg === '-v' || arg === '--version') return { preloads, isVersion: true };
    else if (!arg.startsWith('-')) return { preloads, target: arg, isVersion: false };
  }
  return { preloads, isVersion: false };
}

async function loadApp(appPath) {
  const manifestPath = path.join(appPath, 'package.json');
  if (fs.existsSync(manifestPath)) introduce(JSON.parse(fs.readFileSync(manifestPath, 'utf8')));
  const entry = require.resolve(appPath);
  app.setAppPath(fs.existsSync(manifestPath) ? appPath : path.dirname(entry));
  await import(pathToFileURL(entry).href);
}

/** What Electron reads from the package.json of a packaged app before it runs. */
function introduce(manifest) {
  const name = manifest.productName ?? manifest.name;
  if (manifest.version) app.setVersion(manifest.version);
  if (name) app.name = name;
  if (process.platform === 'linux')
    app.setDesktopName(manifest.desktopName ?? `${app.name}.desktop`);
}
