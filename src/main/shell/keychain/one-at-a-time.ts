/** A call did not end in time. It may still be running. */
export class CallTimeout extends Error {
  override readonly name = 'CallTimeout';
}

export type OneAtATime = {
  /** Waits for its turn, then runs. Rejects with a `CallTimeout` after the time-out, and at once while an older call hangs. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** A call is running, or timed out and has not ended since. */
  isBusy(): boolean;
};

/**
 * Keychain libraries block a thread of libuv's pool (four by default) for as long as the keychain, or a person before its
 * prompt, takes. One call at a time leaves the others to files and DNS.
 */
export function createOneAtATime(timeoutMs: number): OneAtATime {
  let last: Promise<unknown> = Promise.resolve();
  let runningCalls = 0;

  const settle = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } finally {
      runningCalls -= 1;
    }
  };
  const runNow = async <T>(work: () => Promise<T>): Promise<T> => {
    // In its turn a call finds another one running only when that one timed out.
    if (runningCalls > 0) throw new CallTimeout('An earlier call has not ended');
    runningCalls += 1;
    const call = settle(work);
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(
        () => reject(new CallTimeout(`No answer after ${timeoutMs} ms`)),
        timeoutMs,
      );
    });
    return Promise.race([call, timeout]).finally(() => clearTimeout(timer));
  };

  return {
    run(work) {
      const result = last.then(() => runNow(work));
      last = result.catch(() => undefined);
      return result;
    },
    isBusy: () => runningCalls > 0,
  };
}
