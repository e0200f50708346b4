import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { electronEnvironment } from '../runtime.mjs';
import { findCommand } from '../set-up/find-command.mjs';
import { isDebianLike, isRoot } from '../set-up/system-packages.mjs';
import { openDisplay } from './display.mjs';
import { homeEnvironment, openKeychain } from './keychain.mjs';

/**
 * Where tests, benches and screenshots run on Linux: a virtual display, a home folder, a D-Bus session and a
 * keychain of their own. Elsewhere the desktop's are used. `{ environment, close() }`.
 */
export async function openTestSession() {
  const environment = { ...electronEnvironment(), ...strictness() };
  if (process.platform !== 'linux') return { environment, close: () => {} };
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'tagboat-home-'));
  const opened = [];
  const close = () => {
    for (const part of opened.toReversed()) part.close();
    fs.rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    Object.assign(environment, homeEnvironment(home));
    if (findCommand('Xvfb')) opened.push(await openDisplay({ width: 2560, height: 1440 }));
    if (findCommand('dbus-daemon') && findCommand('gnome-keyring-daemon'))
      opened.push(await openKeychain(home));
    return {
      environment: Object.assign(environment, ...opened.map((part) => part.environment)),
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** Where set-up installs the tests' real parts, one that is missing is a failure and not a reason to skip. */
const strictness = () => (isDebianLike() && isRoot() ? { TAGBOAT_REQUIRE_PARTS: '1' } : {});
