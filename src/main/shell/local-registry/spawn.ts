import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { utilityProcess } from 'electron';
import type { FromProcess, RegistryProcess } from '#core/local-runtime/index';

/** Beside the file that this is bundled into, or one folder above when that is a chunk. */
const programName = 'local-registry-process.js';

/** Starts the local registry's process. */
export function spawnLocalRegistry(): RegistryProcess {
  const child = utilityProcess.fork(findProgram(), [], {
    serviceName: 'Tagboat local registry',
    stdio: 'ignore',
  });
  return {
    postMessage: (message) => {
      child.postMessage(message);
    },
    onMessage: (listener) => {
      child.on('message', (message: FromProcess) => {
        listener(message);
      });
    },
    onExit: (listener) => {
      child.once('exit', (code) => {
        listener({ code });
      });
    },
    kill: () => {
      const { pid } = child;
      // Electron's own kill is a request that a process that hangs never reads.
      if (pid !== undefined) forceEnd(pid);
    },
  };
}

function findProgram(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  return join(here.endsWith('chunks') ? dirname(here) : here, programName);
}

function forceEnd(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself in between.
  }
}
