import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { makeTemporaryDir, runOrThrow } from './registry-command';

export type DistributionProcess = {
  origin: string;
  host: string;
  pid: number;
  stop: () => Promise<void>;
};

/** Debian's docker-registry (CNCF distribution 2.8) on a folder, with deletes on. */
export async function startDistribution(storageDir: string): Promise<DistributionProcess> {
  const port = await findFreePort();
  return serve(await writeDistributionConfig(storageDir, port), port);
}

/** The same, with a config.yml of the caller's: `makeConfig` is given the address to listen on. */
export async function startDistributionWith(
  makeConfig: (address: string) => string,
): Promise<DistributionProcess> {
  const port = await findFreePort();
  const file = path.join(await makeTemporaryDir('distribution'), 'config.yml');
  await writeFile(file, makeConfig(`127.0.0.1:${port}`));
  return serve(file, port);
}

async function serve(config: string, port: number): Promise<DistributionProcess> {
  const env = { ...process.env };
  // Debian's build cannot read it: it fails on every S3 configuration where this is set.
  delete env['AWS_CA_BUNDLE'];
  const child = spawn('docker-registry', ['serve', config], { stdio: 'ignore', env });
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
  });
  const origin = `http://127.0.0.1:${port}`;
  await waitUntilUp(`${origin}/v2/`);
  return {
    origin,
    host: `127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    async stop() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** `docker-registry garbage-collect` on a folder that nothing serves. */
export async function collectWithDistribution(storageDir: string): Promise<string> {
  const config = await writeDistributionConfig(storageDir, 5000);
  return runOrThrow('docker-registry', ['garbage-collect', config]);
}

async function writeDistributionConfig(storageDir: string, port: number): Promise<string> {
  const file = path.join(await makeTemporaryDir('distribution'), 'config.yml');
  const config = {
    version: '0.1',
    log: { level: 'error', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: storageDir }, delete: { enabled: true } },
    http: { addr: `127.0.0.1:${port}` },
  };
  // JSON is YAML.
  await writeFile(file, JSON.stringify(config));
  return file;
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

/** Asks until the registry answers; gives up after half a minute. */
export async function waitUntilUp(url: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      await fetch(url);
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => {
        setTimeout(resolve, 25);
      });
    }
  }
}
