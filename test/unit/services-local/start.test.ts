import { describe, expect, it, vi } from 'vitest';
import { createLocalStart } from '#core/services/local-start';
import { createShownLists } from '#core/services/shown-lists';
import { createFakeRuntime, runningAt } from '#test/fake-runtime';

const off = { kind: 'off' } as const;

describe('when the local registry starts', () => {
  it('starts once with the app, and not again after it was stopped by hand', () => {
    const runtime = createFakeRuntime();
    const start = createLocalStart(runtime);
    start.withApp();
    start.withApp();
    expect(runtime.calls).toEqual(['start']);
    const other = createFakeRuntime();
    const switched = createLocalStart(other);
    switched.byHand();
    switched.withApp();
    expect(other.calls).toEqual([]);
  });

  it('stays off when it does not start with the app', async () => {
    const runtime = createFakeRuntime();
    const { settings } = runtime.state();
    runtime.become({ settings: { ...settings, startsWithApp: false } });
    const start = createLocalStart(runtime);
    start.withApp();
    expect(runtime.calls).toEqual([]);
    await expect(start.ready('local')).rejects.toThrow('switched off');
  });

  it('is started earlier when somebody asks it for something, who then waits', async () => {
    const runtime = createFakeRuntime({
      start: async () => runtime.become({ state: { kind: 'starting' } }),
    });
    const start = createLocalStart(runtime);
    let isReady = false;
    const ready = start.ready('local').then(() => (isReady = true));
    await Promise.resolve();
    expect(isReady).toBe(false);
    runtime.become({ state: runningAt(5055) });
    await expect(ready).resolves.toBe(true);
  });

  it('says why it cannot be asked', async () => {
    const runtime = createFakeRuntime({ start: async () => undefined });
    const start = createLocalStart(runtime);
    const error = { code: 'storage-failed', message: 'The disk is full.' } as const;
    runtime.become({ state: { kind: 'failed', error, failedAt: '2026-03-01T10:00:00.000Z' } });
    await expect(start.ready('local')).rejects.toThrow('does not run. The disk is full.');
    runtime.become({ state: off });
    await expect(start.ready('local')).rejects.toThrow('switched off');
  });

  it('is no business of other registries', async () => {
    const runtime = createFakeRuntime();
    await createLocalStart(runtime).ready('r-1');
    expect(runtime.calls).toEqual([]);
  });
});

describe('the first lists', () => {
  it('are shown when none was waited for during a while', async () => {
    vi.useFakeTimers();
    const lists = createShownLists({ quietMs: 400, atMostMs: 5000 });
    let end = (): void => undefined;
    const list = lists.during(() => new Promise<void>((resolve) => (end = resolve)));
    let isShown = false;
    void lists.shown().then(() => (isShown = true));
    await vi.advanceTimersByTimeAsync(1000);
    expect(isShown).toBe(false);
    end();
    await list;
    await vi.advanceTimersByTimeAsync(300);
    await lists.during(async () => undefined);
    await vi.advanceTimersByTimeAsync(300);
    expect(isShown).toBe(false);
    await vi.advanceTimersByTimeAsync(100);
    expect(isShown).toBe(true);
    vi.useRealTimers();
  });

  it('are waited for while the window, which starts, has not yet asked for one', async () => {
    vi.useFakeTimers();
    const lists = createShownLists({ quietMs: 400, unaskedMs: 2500, atMostMs: 5000 });
    let isShown = false;
    void lists.shown().then(() => (isShown = true));
    await vi.advanceTimersByTimeAsync(2000);
    expect(isShown).toBe(false);
    await vi.advanceTimersByTimeAsync(500);
    expect(isShown).toBe(true);
    vi.useRealTimers();
  });

  it('are not waited for longer than a while, whatever a registry does', async () => {
    vi.useFakeTimers();
    const lists = createShownLists({ quietMs: 400, atMostMs: 5000 });
    void lists.during(() => new Promise(() => undefined));
    let isShown = false;
    void lists.shown().then(() => (isShown = true));
    await vi.advanceTimersByTimeAsync(5000);
    expect(isShown).toBe(true);
    vi.useRealTimers();
  });
});
