/** Work that waits until things are quiet: a table being filled comes before files that only save a request later. */
export type DelayedWrites = {
  /** Resolves when the work is done. */
  add(work: () => Promise<void>): Promise<void>;
  /** Starts what waits, and resolves when all is done. */
  settled(): Promise<void>;
};

/** Of files at once: they must not take the disk from those who wait for an answer. */
const concurrency = 2;
/** However busy it stays, nothing waits longer than so many delays. */
const longestDelays = 10;

/** @param delayMs of quiet before the work begins; 0 is at once */
export const createDelayedWrites = (delayMs: number): DelayedWrites => {
  const waiting: (() => Promise<void>)[] = [];
  const running = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  let waitingSince = 0;

  const worker = async (): Promise<void> => {
    for (let work = waiting.shift(); work !== undefined; work = waiting.shift()) await work();
  };
  const start = (): void => {
    clearTimeout(timer);
    timer = undefined;
    while (running.size < concurrency && waiting.length > 0) {
      const started = worker().finally(() => running.delete(started));
      running.add(started);
    }
  };
  const schedule = (): void => {
    if (delayMs === 0) {
      start();
      return;
    }
    const now = performance.now();
    if (timer === undefined) waitingSince = now;
    clearTimeout(timer);
    const leftMs = waitingSince + longestDelays * delayMs - now;
    timer = setTimeout(start, Math.max(0, Math.min(delayMs, leftMs)));
  };

  return {
    add: (work) =>
      new Promise((resolve, reject) => {
        waiting.push(() => work().then(resolve, reject));
        schedule();
      }),
    async settled() {
      start();
      while (running.size > 0) await Promise.all(running);
    },
  };
};
