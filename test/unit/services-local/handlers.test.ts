import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { LocalActivity, LocalProgress } from '#contract/local';
import type { ContractError } from '#contract/result';
import { RuntimeProblem } from '#core/local-runtime/index';
import { toContractError } from '#core/services/failure';
import { createLocalHandlers } from '#core/services/local';
import { createPlaces } from '#core/services/local-places';
import { createLocalStart } from '#core/services/local-start';
import { createLocalWork } from '#core/services/local-work';
import { createTasks } from '#core/tasks/tasks';
import { createFakeRuntime } from '#test/fake-runtime';

const open = (over: Parameters<typeof createFakeRuntime>[0] = {}) => {
  const runtime = createFakeRuntime(over);
  const tasks = createTasks<ContractError>({ describe: toContractError, intervalMs: 0 });
  const handlers = createLocalHandlers({
    runtime,
    start: createLocalStart(runtime),
    work: createLocalWork(tasks),
  });
  return { runtime, tasks, handlers };
};

const collection = {
  isPreview: true,
  freedBytes: 10,
  durationMs: 1,
  isInterrupted: false,
  manifests: [],
  blobs: [],
  manifestCount: 0,
  blobCount: 1,
  uploadCount: 0,
  repositories: [],
  keptBytes: 0,
};

describe('long work on the local registry', () => {
  it('is a task as well as a stream, and tells both how far it is', async () => {
    const { tasks, handlers } = open({
      collect: async (_what, { progress } = {}) => {
        progress?.({ completed: 1, total: 3, unit: 'steps', step: 'Marking' });
        progress?.({ completed: 5, total: 9, unit: 'blobs' });
        return collection;
      },
    });
    const pages: LocalProgress[] = [];
    const signal = new AbortController().signal;
    const page = (one: LocalProgress): void => void pages.push(one);
    await handlers['local:collect']({ preview: true }, { page, signal });
    expect(pages.map(({ completed, unit }) => [completed, unit])).toEqual([
      [1, 'steps'],
      [5, 'blobs'],
    ]);
    expect(tasks.list()).toMatchObject([{ state: 'done', completed: 5, total: 9, unit: 'blobs' }]);
    expect(tasks.list()[0]?.title).toContain('garbage');
  });

  it.each(['the list of tasks', 'the window'])('is stopped from %s', async (from) => {
    const { tasks, handlers } = open({
      check: (_what, { signal } = {}) =>
        new Promise((_resolve, reject) =>
          signal?.addEventListener('abort', () =>
            reject(new RuntimeProblem('cancelled', 'Stopped.')),
          ),
        ),
    });
    const window = new AbortController();
    const sink = { page: () => undefined, signal: window.signal };
    const checking = handlers['local:check']({ deep: true }, sink);
    if (from === 'the window') window.abort();
    else tasks.cancel(tasks.list()[0]?.id ?? '');
    await expect(checking).rejects.toThrow('Stopped.');
    expect(tasks.list()).toMatchObject([{ state: 'cancelled' }]);
  });

  it('fails with words and a field that the window knows', async () => {
    const { tasks, handlers } = open({
      configure: async () => {
        throw new RuntimeProblem('address-refused', 'Port 80 is for root only.', { field: 'port' });
      },
      check: async () => {
        throw new RuntimeProblem('storage-failed', 'The folder cannot be read.');
      },
    });
    const error = await Promise.resolve(handlers['local:configure']({ port: 80 })).catch(
      toContractError,
    );
    expect(error).toEqual({
      code: 'address-refused',
      message: 'Port 80 is for root only.',
      detail: { field: 'port' },
    });
    const sink = { page: () => undefined, signal: new AbortController().signal };
    const checking = handlers['local:check']({ deep: false }, sink);
    await expect(checking).rejects.toThrow('cannot be read');
    expect(tasks.list()).toMatchObject([{ state: 'failed', error: { code: 'storage-failed' } }]);
  });
});

const entry = (id: string): LocalActivity => ({
  id,
  at: '2026-03-01T10:00:00.000Z',
  action: 'push',
  client: 'podman/5.2',
  isOwn: false,
});

describe('what happens in the local registry', () => {
  it('comes as what there is, then as it comes, until the window leaves', async () => {
    const { runtime, handlers } = open();
    runtime.activity.add(entry('1'));
    const pages: string[][] = [];
    const leaving = new AbortController();
    const following = handlers['local:activity'](
      {},
      { page: (items) => void pages.push(items.map(({ id }) => id)), signal: leaving.signal },
    );
    runtime.activity.add(entry('2'));
    leaving.abort();
    await following;
    runtime.activity.add(entry('3'));
    expect(pages).toEqual([['1'], ['2']]);
  });

  it('shows the window no more of the settings than it may change', async () => {
    const { runtime, handlers } = open();
    const pages: unknown[] = [];
    const leaving = new AbortController();
    const watching = handlers['local:watch'](
      {},
      { page: (view) => void pages.push(view), signal: leaving.signal },
    );
    runtime.become({ usedBytes: 7 });
    leaving.abort();
    await watching;
    expect(pages).toHaveLength(2);
    expect(pages[1]).toMatchObject({ usedBytes: 7, settings: { port: 5055 } });
    expect(pages[1]).not.toHaveProperty('settings.folder');
  });
});

describe('places', () => {
  const makeFolder = async (): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), 'tagboat-places-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    return folder;
  };

  it('are told by a handle, with what a person wants to know before going on', async () => {
    const places = createPlaces();
    const folder = await makeFolder();
    const empty = await places.keep({ purpose: 'storage', path: folder });
    expect(empty).toMatchObject({ path: folder, isEmpty: true, holdsRegistry: false });
    expect(empty.freeBytes).toBeGreaterThan(0);
    await mkdir(join(folder, 'docker/registry/v2/repositories'), { recursive: true });
    const full = await places.keep({ purpose: 'storage', path: folder });
    expect(full).toMatchObject({ isEmpty: false, holdsRegistry: true });
    expect(places.take(full.place, 'storage').path).toBe(folder);
  });

  it('can be an archive that is not there yet, or one that is', async () => {
    const places = createPlaces();
    const path = join(await makeFolder(), 'backup.tar');
    const before = await places.keep({ purpose: 'backup-archive', path });
    expect(before).toMatchObject({ isEmpty: true, holdsRegistry: false });
    expect(before.freeBytes).toBeGreaterThan(0);
    await writeFile(path, 'something');
    expect(await places.keep({ purpose: 'backup-archive', path })).toMatchObject({
      isEmpty: false,
    });
  });

  it('are good for what they were chosen for only', async () => {
    const places = createPlaces();
    const { place } = await places.keep({ purpose: 'backup-folder', path: await makeFolder() });
    expect(() => places.take(place, 'storage')).toThrow('choose it again');
    expect(() => places.take('place-made-up', 'storage')).toThrow('choose it again');
  });
});
