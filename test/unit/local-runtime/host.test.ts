import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import type { FromProcess, ProcessExit, ToProcess } from '#core/local-runtime/index';
import { Heartbeat } from '#core/local-runtime/host/heartbeat';
import { ProcessLink, type Told } from '#core/local-runtime/host/process-link';
import { describeSpace } from '#core/local-runtime/host/space-state';
import { Turns } from '#core/local-runtime/host/turns';
import { Users } from '#core/local-runtime/host/users';
import { describeExit } from '#core/local-runtime/host/words';

afterEach(() => {
  vi.useRealTimers();
});

const gibibyte = 1024 ** 3;
test.each([
  [{ usedBytes: 10, limitBytes: null }, 'fine'],
  [{ usedBytes: undefined, limitBytes: 100 }, 'fine'],
  [{ usedBytes: 89, limitBytes: 100 }, 'fine'],
  [{ usedBytes: 90, limitBytes: 100 }, 'near-limit'],
  [{ usedBytes: 100, limitBytes: 100 }, 'over-limit'],
  [{ freeBytes: gibibyte - 1 }, 'disk-nearly-full'],
  [{ usedBytes: 100, limitBytes: 100, freeBytes: gibibyte - 1 }, 'over-limit'],
  [{ freeBytes: 1024 }, 'disk-full'],
  [{ wasRefused: true, freeBytes: gibibyte }, 'disk-full'],
] as const)('%o is %s', (facts, expected) => {
  const none = { usedBytes: undefined, freeBytes: undefined, limitBytes: null, wasRefused: false };
  expect(describeSpace({ ...none, ...facts })).toBe(expected);
});

test('silence is counted in seconds of this process, so a machine that slept makes nobody silent', () => {
  vi.useFakeTimers();
  const seen: boolean[] = [];
  const heartbeat = new Heartbeat((isSilent) => void seen.push(isSilent));
  heartbeat.start();
  vi.setSystemTime(Date.now() + 8 * 60 * 60 * 1000);
  vi.advanceTimersByTime(1000);
  expect(heartbeat.isSilent).toBe(false);
  heartbeat.beat();
  vi.advanceTimersByTime(5000);
  expect(heartbeat.isSilent).toBe(false);
  vi.advanceTimersByTime(1000);
  expect(heartbeat.isSilent).toBe(true);
  expect(seen.at(-1)).toBe(true);
  heartbeat.beat();
  expect(heartbeat.isSilent).toBe(false);
  heartbeat.stop();
});

test.each([
  [{ code: null, signal: 'SIGKILL' }, 'killed from outside'],
  [{ code: 9 }, 'killed from outside'],
  [{ code: 137 }, 'killed from outside'],
  [{ code: null, signal: 'SIGSEGV' }, 'SIGSEGV'],
  [{ code: 0 }, 'asked to end'],
  [{ code: 3 }, 'exit code was 3'],
] as const)('the end %o is told in words', (exit: ProcessExit, words) => {
  expect(describeExit({ ...exit, fatal: undefined }).message).toContain(words);
  expect(describeExit({ ...exit, fatal: 'The disk is full.' }).message).toContain('disk is full');
});

function openLink() {
  const sent: ToProcess[] = [];
  let receive: (message: FromProcess) => void = () => undefined;
  let exit: (exit: ProcessExit) => void = () => undefined;
  const told = vi.fn<(message: Told) => void>();
  const exited = vi.fn<(exit: ProcessExit) => void>();
  const link = new ProcessLink(
    {
      postMessage: (message) => void sent.push(message),
      onMessage: (listener) => void (receive = listener),
      onExit: (listener) => void (exit = listener),
      kill: () => exit({ code: null, signal: 'SIGKILL' }),
    },
    { onTold: told, onExit: exited },
  );
  return {
    link,
    sent,
    told,
    exited,
    receive: (message: FromProcess) => {
      receive(message);
    },
  };
}

test('answers find their question whatever their order; late and unknown ones are passed over', async () => {
  const { link, sent, receive } = openLink();
  const first = link.ask('check', { isDeep: false });
  const second = link.ask('close', { drainMs: 0 });
  expect(sent.map((message) => message.id)).toEqual([1, 2]);
  receive({ kind: 'answer', id: 99, value: 'nobody asked' });
  receive({ kind: 'answer', id: 2, value: null });
  receive({ kind: 'failure', id: 1, fault: { code: 'storage-failed', message: 'Full.' } });
  receive({ kind: 'answer', id: 1, value: 'too late' });
  expect(await second).toBeNull();
  await expect(first).rejects.toMatchObject({ code: 'storage-failed', message: 'Full.' });
});

test('a signal cancels in the process; one that fired before asks for nothing', async () => {
  const { link, sent } = openLink();
  const controller = new AbortController();
  const asked = link.ask('space', null, { signal: controller.signal });
  controller.abort();
  expect(sent.at(-1)).toEqual({ kind: 'cancel', id: 1 });
  const never = link.ask('space', null, { signal: controller.signal });
  await expect(never).rejects.toMatchObject({ code: 'cancelled' });
  expect(sent).toHaveLength(2);
  await link.kill();
  await expect(asked).rejects.toMatchObject({ code: 'registry-failed' });
  await expect(link.ask('space', null)).rejects.toMatchObject({ code: 'registry-failed' });
});

test('what the process said last is told with its end', async () => {
  const { link, receive, exited, told } = openLink();
  receive({ kind: 'heartbeat' });
  receive({ kind: 'fatal', message: 'The disk is full.' });
  await link.kill();
  expect(told).toHaveBeenCalledExactlyOnceWith({ kind: 'heartbeat' });
  expect(exited).toHaveBeenCalledWith(expect.objectContaining({ fatal: 'The disk is full.' }));
});

test('a folder that cannot be made the one in use is answered with no', async () => {
  const { link, receive, sent } = openLink();
  const switchTo = (): Promise<void> => Promise.reject(new Error('no space'));
  const moving = link.ask('move', { from: '/a', to: '/b' }, { switchTo });
  receive({ kind: 'switch', id: 1 });
  await vi.waitFor(() => {
    expect(sent.at(-1)).toEqual({ kind: 'switched', id: 1, isDone: false });
  });
  await link.kill();
  await expect(moving).rejects.toMatchObject({ code: 'registry-failed' });
});

test('changes come one after the other, and are turned away while a long one is under way', async () => {
  const turns = new Turns();
  const order: string[] = [];
  let end: () => void = () => undefined;
  const first = turns.take(() => Promise.resolve(order.push('first')));
  const long = turns.takeLong('The folder is being moved.', async () => {
    order.push('long');
    await new Promise<void>((resolve) => {
      end = resolve;
    });
  });
  await first;
  await vi.waitFor(() => {
    expect(order).toEqual(['first', 'long']);
  });
  await expect(turns.take(() => Promise.resolve())).rejects.toMatchObject({
    code: 'repository-busy',
    message: expect.stringContaining('being moved') as string,
  });
  end();
  await long;
  await turns.take(() => Promise.resolve(order.push('last')));
  await expect(turns.take(() => Promise.reject(new Error('x')))).rejects.toThrow(/x/u);
  await turns.take(() => Promise.resolve());
});

test('a list of users that cannot be read lets nobody in and is not written over', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'tagboat-users-'));
  await writeFile(path.join(folder, 'users.htpasswd'), 'ana:$2b$10$x\n# note\n\nbroken\n');
  expect(new Users(folder).names).toEqual(['ana']);
  // A folder in its place is unreadable for root as well.
  await rm(path.join(folder, 'users.htpasswd'));
  await mkdir(path.join(folder, 'users.htpasswd'));
  const users = new Users(folder);
  await expect(users.serve()).rejects.toMatchObject({ code: 'storage-failed' });
  await expect(users.add('bo', 'long enough')).rejects.toMatchObject({ code: 'storage-failed' });
  await rm(folder, { recursive: true });
});
