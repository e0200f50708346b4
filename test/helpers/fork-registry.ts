import { fork } from 'node:child_process';
import type { FromProcess, RegistryProcess } from '#core/local-runtime/index';

/** The local registry's process in plain Node, over Node's channel. @param program as `bundleProgram` made it */
export function forkRegistry(program: string): RegistryProcess & { pid: number } {
  const child = fork(program, [], { serialization: 'advanced', stdio: 'ignore' });
  return {
    pid: child.pid ?? 0,
    postMessage: (message) => {
      if (child.connected) child.send(message);
    },
    onMessage: (listener) => {
      child.on('message', (message) => listener(message as FromProcess));
    },
    onExit: (listener) => {
      child.once('exit', (code, signal) => listener({ code, signal: signal ?? undefined }));
    },
    kill: () => void child.kill('SIGKILL'),
  };
}
