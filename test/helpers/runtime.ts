import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openCertificates } from '#core/certificates/index';
import {
  createLocalRuntime,
  type LocalRuntime,
  type RegistryProcess,
  type RuntimeSettings,
  type RuntimeView,
} from '#core/local-runtime/index';
import { defaultLocalRegistry } from '#core/settings/local-registry-section';
import { bundleProgram } from './bundle-program';
import { forkRegistry } from './fork-registry';

let built: Promise<string> | undefined;

/** The process's program as the real build makes it, once a test process. */
export const buildProcess = (): Promise<string> =>
  (built ??= bundleProgram('src/main/shell/local-registry/process.ts', 'registry-process'));

export type TestRuntime = {
  runtime: LocalRuntime;
  profileDir: string;
  settings: () => RuntimeSettings;
  /** Pids of the processes that it started, newest last. */
  pids: number[];
  /** Resolves with the first view that fits. */
  until: (fits: (view: RuntimeView) => boolean) => Promise<RuntimeView>;
  close: () => Promise<void>;
};

/** A runtime with a real process, on a free port and in a profile of its own. */
export async function openRuntime(
  settings: Partial<RuntimeSettings> = {},
  options: { profileDir?: string; freeBytes?: (folder: string) => Promise<number> } = {},
): Promise<TestRuntime> {
  const program = await buildProcess();
  const profileDir = options.profileDir ?? (await mkdtemp(path.join(tmpdir(), 'tagboat-runtime-')));
  let current: RuntimeSettings = { ...defaultLocalRegistry, port: await freePort(), ...settings };
  const pids: number[] = [];
  const runtime = createLocalRuntime({
    loadSettings: () => current,
    saveSettings: (patch) => {
      current = { ...current, ...patch };
      return Promise.resolve();
    },
    spawn: (): RegistryProcess => {
      const child = forkRegistry(program);
      pids.push(child.pid);
      return child;
    },
    certificates: openCertificates({ directory: path.join(profileDir, 'certificates') }),
    profileDir,
    ...(options.freeBytes === undefined ? {} : { freeBytes: options.freeBytes }),
  });
  return {
    runtime,
    profileDir,
    settings: () => current,
    pids,
    until: (fits) =>
      new Promise((resolve) => {
        const stop = runtime.watch(look);
        function look(view: RuntimeView): void {
          if (!fits(view)) return;
          stop();
          resolve(view);
        }
        look(runtime.state());
      }),
    async close() {
      await runtime.close();
      await rm(profileDir, { recursive: true, force: true });
    },
  };
}

/** A port that nobody listens on, with nobody on the one after it. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = await listenOnce(0);
    if (await listenOnce(port + 1).catch(() => undefined)) return port;
  }
}

function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1' }, () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
  });
}
