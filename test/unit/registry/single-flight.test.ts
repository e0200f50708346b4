import { describe, expect, it } from 'vitest';
import { createSingleFlight } from '#core/registry/single-flight';

describe('createSingleFlight', () => {
  it('joins callers of one key and starts again afterwards', async () => {
    const flights = createSingleFlight<number>();
    let count = 0;
    const work = async () => {
      count += 1;
      await Promise.resolve();
      return count;
    };
    const joined = await Promise.all([
      flights.run('a', work, undefined),
      flights.run('a', work, undefined),
      flights.run('b', work, undefined),
    ]);
    expect(joined).toEqual([2, 2, 2]);
    expect(count).toBe(2);
    expect(await flights.run('a', work, undefined)).toBe(3);
  });

  it('lets one caller leave and goes on for the others', async () => {
    const flights = createSingleFlight<string>();
    const leaver = new AbortController();
    let land = (_value: string): void => {};
    let innerSignal: AbortSignal | undefined;
    const work = (signal: AbortSignal) => {
      innerSignal = signal;
      return new Promise<string>((resolve) => (land = resolve));
    };
    const first = flights.run('a', work, leaver.signal);
    const second = flights.run('a', work, undefined);
    leaver.abort(new Error('left'));
    await expect(first).rejects.toThrow('left');
    expect(innerSignal?.aborted).toBe(false);
    land('done');
    await expect(second).resolves.toBe('done');
  });

  it('aborts the work when the last caller has left, and does not join it again', async () => {
    const flights = createSingleFlight<string>();
    const controllers = [new AbortController(), new AbortController()];
    const signals: AbortSignal[] = [];
    const work = (signal: AbortSignal) => {
      signals.push(signal);
      return new Promise<string>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('stopped')));
      });
    };
    const runs = controllers.map(({ signal }) => flights.run('a', work, signal));
    const settled = Promise.allSettled(runs);
    for (const controller of controllers) controller.abort(new Error('left'));
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    const again = flights.run('a', () => Promise.resolve('new'), undefined);
    await expect(again).resolves.toBe('new');
  });

  it('gives a failure to every caller and keeps nothing', async () => {
    const flights = createSingleFlight<string>();
    const fail = () => Promise.reject(new Error('no'));
    const results = await Promise.allSettled([
      flights.run('a', fail, undefined),
      flights.run('a', fail, undefined),
    ]);
    expect(results.every(({ status }) => status === 'rejected')).toBe(true);
    await expect(flights.run('a', () => Promise.resolve('yes'), undefined)).resolves.toBe('yes');
  });
});
