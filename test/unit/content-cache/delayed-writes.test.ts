import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDelayedWrites } from '#core/content-cache/delayed-writes';

describe('delayed writes', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('wait for quiet, and then run in order, two at once', async () => {
    const writes = createDelayedWrites(100);
    const log: string[] = [];
    const add = (name: string) => writes.add(async () => void log.push(name));
    const all = [add('a')];
    await vi.advanceTimersByTimeAsync(80);
    all.push(add('b'), add('c'));
    await vi.advanceTimersByTimeAsync(80);
    expect(log).toEqual([]);
    await vi.advanceTimersByTimeAsync(20);
    await Promise.all(all);
    expect(log).toEqual(['a', 'b', 'c']);
  });

  it('do not wait for ever where it is never quiet', async () => {
    const writes = createDelayedWrites(100);
    let done = 0;
    for (let count = 0; count < 15; count += 1) {
      void writes.add(async () => void (done += 1));
      await vi.advanceTimersByTimeAsync(90);
    }
    expect(done).toBeGreaterThan(0);
  });

  it('are done at once when everything is to be settled, and a failure is the own one', async () => {
    const writes = createDelayedWrites(60_000);
    const log: string[] = [];
    const failing = writes.add(() => Promise.reject(new Error('full')));
    const fine = writes.add(async () => void log.push('fine'));
    const refused = failing.catch((error: unknown) => error);
    await writes.settled();
    expect(await refused).toEqual(new Error('full'));
    await fine;
    expect(log).toEqual(['fine']);
  });
});
