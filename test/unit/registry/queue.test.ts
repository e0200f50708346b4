import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRequestQueue, type RequestPriority } from '#core/registry/transport/queue';

const never = new AbortController().signal;
const settle = () => vi.advanceTimersByTimeAsync(0);

describe('createRequestQueue', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('starts at most `limit`, and interactive before background', async () => {
    const queue = createRequestQueue({ limit: 2, reserved: 0 });
    const started: string[] = [];
    const ask = async (name: string, priority: RequestPriority) => {
      const release = await queue.acquire(priority, never);
      started.push(name);
      return release;
    };
    const first = await ask('first', 'background');
    await ask('second', 'background');
    void ask('third', 'background');
    const fourth = ask('fourth', 'interactive');
    await settle();
    expect(started).toEqual(['first', 'second']);
    first();
    first();
    await settle();
    expect(started).toEqual(['first', 'second', 'fourth']);
    (await fourth)();
    await settle();
    expect(started).toEqual(['first', 'second', 'fourth', 'third']);
  });

  it('keeps places for interactive requests', async () => {
    const queue = createRequestQueue({ limit: 3, reserved: 2 });
    await queue.acquire('background', never);
    let isSecondStarted = false;
    void queue.acquire('background', never).then(() => (isSecondStarted = true));
    await settle();
    expect(isSecondStarted).toBe(false);
    await queue.acquire('interactive', never);
    await queue.acquire('interactive', never);
  });

  it('removes a cancelled request and gives its turn to the next', async () => {
    const queue = createRequestQueue({ limit: 1, reserved: 0 });
    const release = await queue.acquire('interactive', never);
    const controller = new AbortController();
    const cancelled = queue.acquire('interactive', controller.signal);
    const next = queue.acquire('interactive', never);
    const reason = new Error('gone');
    controller.abort(reason);
    await expect(cancelled).rejects.toBe(reason);
    release();
    await next;
    await expect(queue.acquire('interactive', controller.signal)).rejects.toBe(reason);
  });

  it('cancels ten thousand waiting requests', async () => {
    const queue = createRequestQueue({ limit: 1, reserved: 0 });
    const release = await queue.acquire('interactive', never);
    const controllers = Array.from({ length: 10_000 }, () => new AbortController());
    const waiting = controllers.map(({ signal }) => queue.acquire('background', signal));
    const settled = Promise.allSettled(waiting);
    for (const controller of controllers) controller.abort();
    expect((await settled).every(({ status }) => status === 'rejected')).toBe(true);
    release();
    (await queue.acquire('background', never))();
  });

  it('starts nothing during a pause and goes on by itself', async () => {
    const queue = createRequestQueue({ limit: 1, reserved: 0 });
    queue.pauseUntil(Date.now() + 1_000);
    let isStarted = false;
    void queue.acquire('interactive', never).then(() => (isStarted = true));
    await vi.advanceTimersByTimeAsync(999);
    expect(isStarted).toBe(false);
    await vi.advanceTimersByTimeAsync(2);
    expect(isStarted).toBe(true);
  });
});
