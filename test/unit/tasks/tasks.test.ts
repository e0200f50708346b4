import { describe, expect, it } from 'vitest';
import { createTasks } from '#core/tasks/tasks';

const create = () => createTasks<string>({ describe: (error) => String(error), intervalMs: 1 });

describe('tasks', () => {
  it('run, report progress and end', async () => {
    const tasks = create();
    const value = await tasks.run(
      { title: 'Read', unit: 'tags', total: 2 },
      async ({ progress }) => {
        progress(1);
        expect(tasks.list()).toMatchObject([{ state: 'running', completed: 1, total: 2 }]);
        progress(2);
        return 'x';
      },
    );
    expect(value).toBe('x');
    expect(tasks.list()).toMatchObject([{ title: 'Read', state: 'done', completed: 2 }]);
  });

  it('say why they failed, and pass the error on', async () => {
    const tasks = create();
    const work = tasks.run({ title: 'Read', unit: 'tags' }, () => Promise.reject(new Error('no')));
    await expect(work).rejects.toThrow('no');
    expect(tasks.list()).toMatchObject([{ state: 'failed', error: 'Error: no' }]);
  });

  it('can be cancelled by id, by whoever asked, and all together', async () => {
    const tasks = create();
    const asker = new AbortController();
    const wait = (signal: AbortSignal) =>
      new Promise<never>((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(new Error('stopped'))),
      );
    const byId = tasks.run({ title: 'a', unit: 'steps' }, ({ signal }) => wait(signal));
    const id = tasks.list()[0]?.id ?? '';
    const byAsker = tasks.run({ title: 'b', unit: 'steps', signal: asker.signal }, ({ signal }) =>
      wait(signal),
    );
    const byClose = tasks.run({ title: 'c', unit: 'steps' }, ({ signal }) => wait(signal));
    expect(tasks.cancel(id)).toBe(true);
    asker.abort();
    tasks.close();
    await expect(Promise.allSettled([byId, byAsker, byClose])).resolves.toHaveLength(3);
    expect(tasks.list().map(({ state }) => state)).toEqual(['cancelled', 'cancelled', 'cancelled']);
    expect(tasks.cancel(id)).toBe(false);
  });

  it('tell watchers at once and at every change, and keep a bounded history', async () => {
    const tasks = create();
    const seen: number[] = [];
    const stop = tasks.watch((list) => seen.push(list.length));
    for (let index = 0; index < 60; index += 1) {
      await tasks.run({ title: String(index), unit: 'steps' }, () => Promise.resolve(index));
    }
    expect(seen[0]).toBe(0);
    expect(tasks.list()).toHaveLength(50);
    expect(tasks.list()[0]?.title).toBe('59');
    stop();
  });
});
