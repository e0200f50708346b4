import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What systemd does with the unit: its variables and its command (systemd.syntax(7), systemd.service(5)). */
export async function startUnit(folder: string, port: number): Promise<ChildProcess> {
  const unit = await readFile(path.join(folder, 'registry.service'), 'utf8');
  const unquote = (text: string): string =>
    text
      .replace(/^"(.*)"$/u, '$1')
      .replaceAll(/\\(["\\])/gu, '$1')
      .replaceAll('%%', '%');
  const settings = [...unit.matchAll(/^Environment=(.*)$/gmu)].map(([, text = '']) =>
    unquote(text),
  );
  const [, program = '', config = ''] = /^ExecStart=(\S+) serve (.*)$/mu.exec(unit) ?? [];
  const env = { ...process.env };
  // Debian's build cannot read it: it fails on every S3 configuration where this is set.
  delete env['AWS_CA_BUNDLE'];
  for (const setting of settings)
    env[setting.slice(0, setting.indexOf('='))] = setting.slice(setting.indexOf('=') + 1);
  const child = spawn(program, ['serve', unquote(config).replaceAll('$$', '$')], {
    stdio: 'ignore',
    env,
  });
  for (let attempt = 0; attempt < 400; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`the registry ended with ${child.exitCode}`);
    if (await isListening(port)) return child;
    await sleep(50);
  }
  throw new Error('the registry does not listen');
}

function isListening(port: number): Promise<boolean> {
  const socket = createConnection({ host: '127.0.0.1', port });
  return once(socket, 'connect').then(
    () => {
      socket.destroy();
      return true;
    },
    () => false,
  );
}

export async function stopUnit(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}
