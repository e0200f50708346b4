import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** A process under measurement. */
export type Measured = {
  port: number;
  /** Seconds from spawn to the first answer 200 to GET /v2/. */
  startSeconds: number;
  /** Largest and present resident memory in bytes. */
  memory: () => { peakBytes: number; nowBytes: number };
  stop: () => Promise<void>;
};

export type Start = (storageDir: string) => Promise<Measured>;

/**
 * Where NODE_EXTRA_CA_CERTS is set, Node 20 reads and parses all those certificates before it runs anything. That is the
 * machine's own setting and not work of any of these servers, so none of them gets it.
 */
const environment = { ...process.env };
delete environment['NODE_EXTRA_CA_CERTS'];

/** The built command, as a user runs it. */
const command = process.env['TAGBOAT_BENCH_COMMAND'] ?? path.resolve('out/main/cli.js');

export const startOurs: Start = async (storageDir) => {
  const port = await findFreePort();
  const started = process.hrtime.bigint();
  const args = ['registry', '--storage', storageDir, '--port', `${port}`];
  const child = spawn(process.execPath, [command, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: environment,
  });
  return measured(child, port, started);
};

export const startTheirs: Start = async (storageDir) => {
  const port = await findFreePort();
  const configDir = mkdtempSync(path.join(tmpdir(), 'tagboat-bench-'));
  process.once('exit', () => {
    rmSync(configDir, { recursive: true, force: true });
  });
  const config = path.join(configDir, 'config.yml');
  writeFileSync(
    config,
    JSON.stringify({
      version: '0.1',
      log: { level: 'error', accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: storageDir }, delete: { enabled: true } },
      http: { addr: `127.0.0.1:${port}` },
    }),
  );
  const started = process.hrtime.bigint();
  const child = spawn('docker-registry', ['serve', config], { stdio: 'ignore', env: environment });
  return measured(child, port, started);
};

/** A bare node:http server that sends one fixed answer: what HTTP in Node costs at the least. */
export async function startBare(headers: Record<string, string>, body: string): Promise<Measured> {
  const program = `
    const [headers, body] = JSON.parse(process.env.ANSWER);
    const bytes = Buffer.from(body);
    const flat = Object.entries(headers).flat();
    const server = require('node:http').createServer((req, res) => {
      res.writeHead(200, flat);
      res.end(bytes);
    });
    server.listen(0, '127.0.0.1', () =>
      process.stdout.write(server.address().port + '\\n'),
    );
  `;
  return startProgram(program, { ANSWER: JSON.stringify([headers, body]) });
}

/** A server that answers a push as a registry does and throws away what it is sent: what the client alone costs. */
export async function startSink(): Promise<Measured> {
  const program = `
    let uploads = 0;
    const server = require('node:http').createServer((req, res) => {
      req.resume();
      req.on('end', () => {
        const url = new URL(req.url, 'http://sink');
        const upload = '/v2/sink/blobs/uploads/';
        if (req.method === 'POST') res.writeHead(202, { Location: upload + (uploads += 1) });
        else if (req.method === 'PATCH') res.writeHead(202, { Location: url.pathname });
        else if (req.method === 'PUT') res.writeHead(201, { Location: url.pathname });
        else res.writeHead(url.pathname === '/v2/' ? 200 : 404);
        res.end();
      });
    });
    server.listen(0, '127.0.0.1', () =>
      process.stdout.write(server.address().port + '\\n'),
    );
  `;
  return startProgram(program, {});
}

async function startProgram(program: string, settings: Record<string, string>): Promise<Measured> {
  const started = process.hrtime.bigint();
  const child = spawn(process.execPath, ['-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...environment, ...settings },
  });
  const port = await new Promise<number>((resolve) => {
    createInterface({ input: child.stdout }).once('line', (line) => {
      resolve(Number(line));
    });
  });
  return measured(child, port, started);
}

async function measured(child: ChildProcess, port: number, started: bigint): Promise<Measured> {
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
  });
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`a server ended with ${child.exitCode}`);
  }
  const startSeconds = Number(process.hrtime.bigint() - started) / 1e9;
  return {
    port,
    startSeconds,
    memory: () => readMemory(child.pid ?? 0),
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 2000);
      await exited;
      clearTimeout(timer);
    },
  };
}

/** One attempt; waits two milliseconds when nobody listens yet, so that asking costs the starting process little. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => {
      socket.write(`GET /v2/ HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`);
    });
    socket.once('data', (chunk) => {
      socket.destroy();
      resolve(chunk.toString('latin1').startsWith('HTTP/1.1 200'));
    });
    socket.once('error', () => {
      setTimeout(resolve, 2, false);
    });
  });
}

function readMemory(pid: number): { peakBytes: number; nowBytes: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const read = (field: string): number =>
    Number(new RegExp(`${field}:\\s+(\\d+) kB`, 'u').exec(status)?.[1] ?? 0) * 1024;
  return { peakBytes: read('VmHWM'), nowBytes: read('VmRSS') };
}

async function findFreePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => {
    server.once('listening', resolve);
  });
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}
