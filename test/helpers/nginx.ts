import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './docker-registry';
import { realPart } from './real-parts';

export type Nginx = { port: number; host: string; stop(): Promise<void> };

async function isListening(port: number): Promise<boolean> {
  const socket = createConnection({ host: '127.0.0.1', port });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Starts nginx with one server on a free port of 127.0.0.1; `body` is what stands inside `server { }` after `listen`. */
export async function startNginx(options: { body: string; tls?: boolean }): Promise<Nginx> {
  const command = realPart('nginx');
  if (command === undefined) throw new Error('nginx is not installed');
  const directory = await mkdtemp(path.join(tmpdir(), 'tagboat-nginx-'));
  const port = await freePort();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${path.join(directory, name)};`)
    .join(' ');
  const config = `
    daemon off; worker_processes 1; pid ${path.join(directory, 'pid')};
    error_log ${path.join(directory, 'error.log')};
    events { worker_connections 64; }
    http {
      access_log off; ${temporary}
      server { listen 127.0.0.1:${port}${options.tls ? ' ssl' : ''}; ${options.body} }
    }`;
  const file = path.join(directory, 'nginx.conf');
  await writeFile(file, config);
  const child = spawn(command, ['-c', file, '-p', directory], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  };
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (child.exitCode !== null) break;
    if (await isListening(port)) return { port, host: `127.0.0.1:${port}`, stop };
    await sleep(50);
  }
  await stop();
  throw new Error(`nginx does not listen:\n${output}`);
}
