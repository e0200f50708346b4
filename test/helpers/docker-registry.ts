import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createConnection, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { realPart } from './real-parts';

const run = promisify(execFile);

export type DockerRegistryOptions = {
  /** Kept by `stop`. Without it a fresh directory is made, and removed by `stop`. */
  storageDir?: string;
  /** User names and passwords; the registry then asks for Basic. */
  htpasswd?: Readonly<Record<string, string>>;
  tls?: { certFile: string; keyFile: string };
  /** A token server (see token-server.ts); the registry then asks for Bearer. */
  token?: { realm: string; service: string; issuer: string; rootCertFile: string };
  /** Default true. */
  deleteEnabled?: boolean;
  readOnly?: boolean;
  /** Where the process listens; default 127.0.0.1. */
  bindHost?: string;
  port?: number;
};

export type DockerRegistry = {
  /** `http(s)://127.0.0.1:<port>` */
  origin: string;
  host: string;
  port: number;
  storageDir: string;
  /** What the process has written so far. */
  output(): string;
  stop(): Promise<void>;
};

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

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

async function waitUntilListening(port: number, child: ChildProcess, output: () => string) {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`docker-registry ended:\n${output()}`);
    if (await isListening(port)) return;
    await sleep(50);
  }
  throw new Error(`docker-registry does not listen on ${port}:\n${output()}`);
}

async function writeHtpasswd(directory: string, users: Readonly<Record<string, string>>) {
  const lines = await Promise.all(
    Object.entries(users).map(async ([user, password]) => {
      const { stdout } = await run('htpasswd', ['-Bbn', user, password]);
      return stdout.trim();
    }),
  );
  const file = path.join(directory, 'htpasswd');
  await writeFile(file, `${lines.join('\n')}\n`);
  return file;
}

/** The configuration of distribution 2.8, which is YAML and so may be written as JSON. */
async function configure(
  options: DockerRegistryOptions,
  place: { directory: string; storageDir: string; port: number },
): Promise<string> {
  const auth = options.htpasswd
    ? {
        htpasswd: {
          realm: 'test',
          path: await writeHtpasswd(place.directory, options.htpasswd),
        },
      }
    : options.token && {
        token: {
          realm: options.token.realm,
          service: options.token.service,
          issuer: options.token.issuer,
          rootcertbundle: options.token.rootCertFile,
        },
      };
  const config = {
    version: 0.1,
    log: { level: 'warn', accesslog: { disabled: true } },
    storage: {
      filesystem: { rootdirectory: place.storageDir },
      delete: { enabled: options.deleteEnabled ?? true },
      ...(options.readOnly && { maintenance: { readonly: { enabled: true } } }),
    },
    http: {
      addr: `${options.bindHost ?? '127.0.0.1'}:${place.port}`,
      secret: 'test',
      ...(options.tls && { tls: { certificate: options.tls.certFile, key: options.tls.keyFile } }),
    },
    ...(auth && { auth }),
  };
  const file = path.join(place.directory, 'config.yml');
  await writeFile(file, JSON.stringify(config));
  return file;
}

/** Starts CNCF distribution (`docker-registry` of Debian) on a free port; the caller must `stop` it. */
export async function startDockerRegistry(
  options: DockerRegistryOptions = {},
): Promise<DockerRegistry> {
  const command = realPart('docker-registry');
  if (command === undefined) throw new Error('docker-registry is not installed');
  const directory = await mkdtemp(path.join(tmpdir(), 'tagboat-registry-'));
  const storageDir = options.storageDir ?? path.join(directory, 'storage');
  await mkdir(storageDir, { recursive: true });
  const port = options.port ?? (await freePort());
  const config = await configure(options, { directory, storageDir, port });
  const child = spawn(command, ['serve', config], { stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => chunks.push(chunk.toString('utf8')));
  }
  const output = (): string => chunks.join('');
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await waitUntilListening(port, child, output);
  } catch (error) {
    await stop();
    throw error;
  }
  const scheme = options.tls ? 'https' : 'http';
  const host = `127.0.0.1:${port}`;
  return { origin: `${scheme}://${host}`, host, port, storageDir, output, stop };
}
