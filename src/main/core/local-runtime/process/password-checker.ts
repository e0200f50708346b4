import { parentPort, Worker } from 'node:worker_threads';
import { compare } from 'bcryptjs';
import { passwordThreadArgument } from './thread-argument';

type Question = Readonly<{ id: number; hash: string; password: string }>;
type Answer = Readonly<{ id: number; isRight: boolean }>;

/** The thread's side: answers one question after another. */
export function servePasswordChecks(): void {
  const port = parentPort;
  if (port === null) return;
  port.on('message', ({ id, hash, password }: Question) => {
    compare(password, hash).then(
      (isRight) => {
        port.postMessage({ id, isRight } satisfies Answer);
      },
      () => {
        port.postMessage({ id, isRight: false } satisfies Answer);
      },
    );
  });
}

/**
 * Checks passwords in a thread of its own. bcrypt in JavaScript takes 50 ms and more of a core; on the main thread every
 * other request would wait for it. `entry` is the command's own file.
 */
export function createPasswordChecker(entry: URL): {
  checkPassword: (hash: string, password: string) => Promise<boolean>;
} {
  const waiting = new Map<number, (isRight: boolean) => void>();
  let worker: Worker | undefined;
  let lastId = 0;

  function start(): Worker {
    const started = new Worker(entry, { argv: [passwordThreadArgument] });
    // The registry decides when to end, not this thread.
    started.unref();
    started.on('message', ({ id, isRight }: Answer) => {
      waiting.get(id)?.(isRight);
      waiting.delete(id);
    });
    started.on('error', () => {
      worker = undefined;
      for (const answer of waiting.values()) answer(false);
      waiting.clear();
    });
    return started;
  }

  return {
    checkPassword: (hash, password) =>
      new Promise((resolve) => {
        worker ??= start();
        lastId += 1;
        waiting.set(lastId, resolve);
        worker.postMessage({ id: lastId, hash, password } satisfies Question);
      }),
  };
}
