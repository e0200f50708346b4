import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { run } from '../set-up/run.mjs';
import { SetUpError } from '../set-up/say.mjs';

const START_TIMEOUT_MS = 15_000;
const POLL_MS = 50;

/**
 * A D-Bus session with an unlocked gnome-keyring in it, both private to `home`, so that nothing reaches the
 * keychain of whoever runs this: `{ environment, close() }`.
 */
export async function openKeychain(home) {
  const bus = spawn('dbus-daemon', ['--session', '--nofork', '--nopidfile', '--print-address=3'], {
    env: { ...process.env, ...homeEnvironment(home) },
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const started = [bus];
  const close = () => started.forEach((child) => child.kill());
  try {
    const address = await readLine(bus, bus.stdio[3], 'the D-Bus session');
    const environment = { ...homeEnvironment(home), DBUS_SESSION_BUS_ADDRESS: address };
    started.push(startKeyring({ ...process.env, ...environment }));
    await waitForOwner('org.freedesktop.secrets', { ...process.env, ...environment });
    return { environment, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** The folders that a desktop session gives its programs, all below `home`. */
export function homeEnvironment(home) {
  const runtime = path.join(home, 'run');
  fs.mkdirSync(runtime, { recursive: true, mode: 0o700 });
  return {
    HOME: home,
    XDG_RUNTIME_DIR: runtime,
    XDG_CACHE_HOME: path.join(home, '.cache'),
    XDG_CONFIG_HOME: path.join(home, '.config'),
    XDG_DATA_HOME: path.join(home, '.local', 'share'),
    XDG_STATE_HOME: path.join(home, '.local', 'state'),
  };
}

/** `--unlock` makes the login keyring with the password on stdin, and makes it the default one. */
function startKeyring(env) {
  const args = ['--foreground', '--unlock', '--components=secrets'];
  const keyring = spawn('gnome-keyring-daemon', args, {
    env,
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  keyring.on('error', () => {}); // waitForOwner says what is missing
  keyring.stdin.on('error', () => {});
  keyring.stdin.end('only for tests');
  return keyring;
}

async function waitForOwner(name, env) {
  const call = [
    '--session',
    '--print-reply',
    '--dest=org.freedesktop.DBus',
    '/',
    'org.freedesktop.DBus.NameHasOwner',
  ];
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const { output } = await run('dbus-send', [...call, `string:${name}`], { env });
    if (output.includes('boolean true')) return;
    await delay(POLL_MS);
  }
  throw new SetUpError('gnome-keyring did not take its place in the D-Bus session within 15 s.');
}

function readLine(child, stream, what) {
  return new Promise((resolve, reject) => {
    let trouble = '';
    const failed = (reason) => reject(new SetUpError(`${what} did not start: ${reason}`));
    child.stderr.on('data', (chunk) => (trouble += chunk));
    child.on('error', (error) => failed(error.message));
    child.on('close', () => failed(trouble.trim()));
    stream.on('data', (chunk) => resolve(String(chunk).trim()));
  });
}
