import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createLocalRegistry } from '#core/local-registry/index';
import type { FromProcess, LocalRuntime, RuntimeSettings } from '#core/local-runtime/index';
import { forkRegistry } from '#test/fork-registry';
import { pushBlob, pushImage } from '#test/local-registry';
import { runOrThrow } from '#test/registry-command';
import { buildProcess, freePort, openRuntime, type TestRuntime } from '#test/runtime';

const closes: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closes.splice(0).reverse()) await close();
});

async function open(settings: Partial<RuntimeSettings> = {}): Promise<TestRuntime> {
  const opened = await openRuntime(settings);
  closes.push(() => opened.close());
  return opened;
}

const originOf = (runtime: LocalRuntime): string => {
  const { state } = runtime.state();
  if (state.kind !== 'running') throw new Error(JSON.stringify(state));
  return state.origin;
};

test('a process that is killed shows as failed with the reason, and a start serves what was stored', async () => {
  const { runtime, pids, until } = await open();
  await runtime.start();
  const image = await pushImage(originOf(runtime), 'shop/api', '1.0');
  process.kill(pids.at(-1) ?? 0, 'SIGKILL');
  const { state } = await until(({ state }) => state.kind === 'failed');
  expect(state).toMatchObject({
    kind: 'failed',
    error: {
      code: 'registry-failed',
      message: expect.stringMatching(/killed from outside.*Start the registry again/u) as string,
    },
  });
  await runtime.start();
  const answer = await fetch(`${originOf(runtime)}/v2/shop/api/manifests/1.0`);
  expect(answer.headers.get('docker-content-digest')).toBe(image.digest);
});

test('a process that ends by itself shows what ended it', async () => {
  const { runtime, pids, until } = await open();
  await runtime.start();
  process.kill(pids.at(-1) ?? 0, 'SIGTERM');
  const { state } = await until(({ state }) => state.kind === 'failed');
  expect(state).toMatchObject({
    error: { message: expect.stringContaining('asked to end') as string },
  });
});

test('what waits for an answer of a process that dies is told so', async () => {
  const { runtime, pids } = await open();
  await runtime.start();
  const pid = pids.at(-1) ?? 0;
  process.kill(pid, 'SIGSTOP');
  const checking = runtime.check({ isDeep: false });
  const counting = runtime.space();
  process.kill(pid, 'SIGKILL');
  await expect(checking).rejects.toMatchObject({ code: 'registry-failed' });
  await expect(counting).rejects.toMatchObject({ code: 'registry-failed' });
});

test('a process that hangs is shown as silent, recovers by itself, and is replaced by a start', async () => {
  const { runtime, pids, until } = await open();
  await runtime.start();
  const pid = pids.at(-1) ?? 0;
  process.kill(pid, 'SIGSTOP');
  await until(({ state }) => state.kind === 'running' && state.silentSince !== undefined);
  process.kill(pid, 'SIGCONT');
  await until(({ state }) => state.kind === 'running' && state.silentSince === undefined);

  process.kill(pid, 'SIGSTOP');
  await until(({ state }) => state.kind === 'running' && state.silentSince !== undefined);
  await runtime.start();
  expect(pids).toHaveLength(2);
  expect(() => process.kill(pid, 0)).toThrow(/ESRCH/u);
  expect((await fetch(`${originOf(runtime)}/v2/`)).status).toBe(200);
}, 60_000);

test('a process that hangs while it should stop is ended all the same', async () => {
  const { runtime, pids } = await open();
  await runtime.start();
  const pid = pids.at(-1) ?? 0;
  process.kill(pid, 'SIGSTOP');
  await runtime.stop();
  expect(runtime.state().state).toEqual({ kind: 'off' });
  expect(() => process.kill(pid, 0)).toThrow(/ESRCH/u);
}, 60_000);

test('a folder that another process serves is named with that process, at a start and at a change', async () => {
  const storageDir = await mkdtemp(path.join(tmpdir(), 'tagboat-owned-'));
  closes.push(() => rm(storageDir, { recursive: true, force: true }));
  const owner = await createLocalRegistry({ storageDir });
  closes.push(() => owner.close());

  const { runtime } = await open({ folder: storageDir });
  const owned = {
    code: 'storage-failed',
    message: expect.stringMatching(
      new RegExp(`process \\(number ${process.pid}\\) has been serving ${storageDir}`, 'u'),
    ) as string,
  };
  await expect(runtime.start()).rejects.toMatchObject(owned);
  expect(runtime.state().state).toMatchObject({ kind: 'failed', error: owned });
  await expect(runtime.space()).rejects.toMatchObject(owned);

  const second = await open();
  await second.runtime.start();
  const origin = originOf(second.runtime);
  await pushImage(origin, 'shop/api', '1.0');
  await expect(second.runtime.changeFolder(storageDir, 'use')).rejects.toMatchObject(owned);
  // It went on meanwhile.
  expect((await fetch(`${origin}/v2/shop/api/tags/list`)).status).toBe(200);
  expect(second.settings().folder).toBeNull();
});

test('two runtimes of one profile do not serve it both', async () => {
  const first = await open();
  await first.runtime.start();
  const second = await openRuntime({ port: await freePort() }, { profileDir: first.profileDir });
  await expect(second.runtime.start()).rejects.toThrow(/number \d+\) has been serving/u);
  await second.runtime.close();
});

test('a folder that is a file is explained at the start, and the registry starts when it is put right', async () => {
  const parent = await mkdtemp(path.join(tmpdir(), 'tagboat-file-'));
  closes.push(() => rm(parent, { recursive: true, force: true }));
  const folder = path.join(parent, 'storage');
  await writeFile(folder, '');
  const { runtime } = await open({ folder });
  await expect(runtime.start()).rejects.toMatchObject({ field: 'folder' });
  expect(runtime.state().state).toMatchObject({ kind: 'failed' });
  await rm(folder);
  await runtime.start();
  expect(runtime.state().state).toMatchObject({ kind: 'running' });
});

test('the process itself refuses the network without a user and TLS, whatever it is asked (trap 52)', async () => {
  const storageDir = await mkdtemp(path.join(tmpdir(), 'tagboat-open-'));
  closes.push(() => rm(storageDir, { recursive: true, force: true }));
  const child = forkRegistry(await buildProcess());
  closes.push(() => Promise.resolve(child.kill()));
  const answerTo = (id: number): Promise<FromProcess> =>
    new Promise((resolve) => {
      child.onMessage((message) => {
        if ('id' in message && message.id === id) resolve(message);
      });
    });
  const opened = answerTo(1);
  const request = {
    storageDir,
    isReadOnly: false,
    canDelete: true,
    hostNames: [],
    htpasswdFile: null,
    webhookUrl: null,
    limitBytes: null,
  };
  child.postMessage({ kind: 'request', id: 1, ask: 'open', request });
  expect(await opened).toMatchObject({ kind: 'answer' });
  const listened = answerTo(2);
  const port = await freePort();
  const listen = { port, keptPort: null, isNetwork: true, tls: null };
  child.postMessage({ kind: 'request', id: 2, ask: 'listen', request: listen });
  expect(await listened).toMatchObject({ kind: 'failure' });
  await expect(fetch(`http://127.0.0.1:${port}/v2/`)).rejects.toThrow(/fetch failed/u);
});

test('work can be cancelled, and the registry serves on', async () => {
  const { runtime } = await open();
  await runtime.start();
  await pushImage(originOf(runtime), 'shop/api', '1.0');
  const controller = new AbortController();
  const checking = runtime.check(
    { isDeep: true },
    { signal: controller.signal, progress: () => controller.abort() },
  );
  await expect(checking).rejects.toMatchObject({ code: 'cancelled' });
  expect((await fetch(`${originOf(runtime)}/v2/`)).status).toBe(200);
});

test('nothing is left running when the runtime is closed', async () => {
  const { runtime, pids } = await open();
  await runtime.start();
  await runtime.close();
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow(/ESRCH/u);
  await expect(runtime.start()).rejects.toThrow(/closing/u);
});

const canMount = process.platform === 'linux' && process.getuid?.() === 0;

describe.skipIf(!canMount)('a disk that is full (needs root, for a small tmpfs)', () => {
  async function mountSmall(size: string): Promise<string> {
    const disk = await mkdtemp(path.join(tmpdir(), 'tagboat-full-'));
    await runOrThrow('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', disk]);
    closes.push(async () => {
      await runOrThrow('umount', [disk]);
      await rm(disk, { recursive: true, force: true });
    });
    return disk;
  }

  test('a push that does not fit leads to disk-full on the page until one fits again', async () => {
    const disk = await mountSmall('64m');
    const { runtime, until } = await open({ folder: path.join(disk, 'storage') });
    await runtime.start();
    const origin = originOf(runtime);
    expect(runtime.state().space).not.toBe('disk-full');
    await expect(pushBlob(origin, 'shop/api', randomBytes(80 * 1024 * 1024))).rejects.toThrow(
      /507.*disk.*full/u,
    );
    await until(({ space }) => space === 'disk-full');
    await vi.waitFor(() => {
      const [line] = runtime.log.recent().filter(({ level }) => level === 'error');
      expect(line?.message).toContain('ENOSPC');
    });
    await pushImage(origin, 'shop/api', '1.0');
    await until(({ space }) => space === 'disk-nearly-full');
  });

  test('a disk that is full at the start is explained with its folder and what to do', async () => {
    const disk = await mountSmall('1m');
    const filler = path.join(disk, 'filler');
    await writeFile(filler, randomBytes(1024 * 1024)).catch(() => undefined);
    const folder = path.join(disk, 'storage');
    const { runtime } = await open({ folder });
    await expect(runtime.start()).rejects.toMatchObject({
      code: 'storage-failed',
      message: expect.stringMatching(/is full.*Free some space/u) as string,
    });
    await rm(filler);
    await runtime.start();
    expect(runtime.state().state).toMatchObject({ kind: 'running' });
  });
});
