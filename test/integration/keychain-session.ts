import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Starts nothing on demand, so that no test meets a keyring or prompt it did not start itself. */
const busConfig = (socketDirectory: string): string => `<!DOCTYPE busconfig PUBLIC
 "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=${socketDirectory}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`;

export type KeychainSession = {
  /** Of programs in the session. */
  readonly env: Record<string, string>;
  /** Starts gnome-keyring: unlocked with a password (made at the first time), or as it is: locked. */
  startKeyring(password?: string): Promise<void>;
  /** Stopped like a process that hangs: it keeps its name on the bus and answers nothing. */
  freezeKeyring(): void;
  stopKeyring(): Promise<void>;
  close(): Promise<void>;
};

/** A D-Bus session with its own home folder. */
export async function openKeychainSession(home: string): Promise<KeychainSession> {
  const runtime = join(home, 'run');
  mkdirSync(runtime, { recursive: true, mode: 0o700 });
  await writeFile(join(home, 'bus.conf'), busConfig(runtime));
  const base = {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    HOME: home,
    XDG_RUNTIME_DIR: runtime,
    XDG_CACHE_HOME: join(home, 'cache'),
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_DATA_HOME: join(home, 'data'),
  };
  mkdirSync(base.XDG_DATA_HOME, { recursive: true });
  const bus = spawn(
    'dbus-daemon',
    [`--config-file=${join(home, 'bus.conf')}`, '--nofork', '--nopidfile', '--print-address'],
    { env: base, stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const [address] = (await once(bus.stdout, 'data')) as [Buffer];
  const env = { ...base, DBUS_SESSION_BUS_ADDRESS: address.toString('utf8').trim() };
  let keyring: ChildProcess | undefined;

  const stopKeyring = async (): Promise<void> => {
    await end(keyring);
    keyring = undefined;
  };

  return {
    env,
    async startKeyring(password) {
      const unlock = password === undefined ? [] : ['--unlock'];
      const daemon = spawn(
        'gnome-keyring-daemon',
        ['--foreground', '--components=secrets', ...unlock],
        { env, stdio: ['pipe', 'ignore', 'ignore'] },
      );
      daemon.stdin.end(password ?? '');
      keyring = daemon;
      while (!(await hasSecretService(env))) {
        if (daemon.exitCode !== null) throw new Error('gnome-keyring-daemon ended at its start');
      }
    },
    freezeKeyring: () => void keyring?.kill('SIGSTOP'),
    stopKeyring,
    async close() {
      await stopKeyring();
      await end(bus);
    },
  };
}

async function hasSecretService(env: Record<string, string>): Promise<boolean> {
  const call = [
    '--session',
    '--print-reply',
    '--dest=org.freedesktop.DBus',
    '/org/freedesktop/DBus',
  ];
  const question = ['org.freedesktop.DBus.NameHasOwner', 'string:org.freedesktop.secrets'];
  const { stdout } = await promisify(execFile)('dbus-send', [...call, ...question], { env });
  return stdout.includes('boolean true');
}

async function end(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
