import { isMainThread } from 'node:worker_threads';
import { serveRegistryProcess } from '#core/local-runtime/process/serve-process';
import { servePasswordChecks } from '#core/local-runtime/process/password-checker';
import type { ToProcess } from '#core/local-runtime/index';

/**
 * The program of the local registry's process: talks over `parentPort` in Electron's utilityProcess, over Node's channel
 * where it was forked. A thread of it checks passwords.
 */
function run(): void {
  const entry = new URL(import.meta.url);
  // Electron's types say that it is always there.
  const port = process.parentPort as typeof process.parentPort | undefined;
  if (port !== undefined) {
    serveRegistryProcess(
      {
        post: (message) => {
          port.postMessage(message);
        },
        onMessage: (listener) =>
          port.on('message', ({ data }: { data: ToProcess }) => {
            listener(data);
          }),
        // Electron ends a utility process with its host.
        onGone: () => undefined,
      },
      entry,
    );
    return;
  }
  serveRegistryProcess(
    {
      post: (message) => {
        if (process.connected) process.send?.(message);
      },
      onMessage: (listener) => process.on('message', listener),
      onGone: (listener) => process.on('disconnect', listener),
    },
    entry,
  );
}

if (isMainThread) run();
else servePasswordChecks();
