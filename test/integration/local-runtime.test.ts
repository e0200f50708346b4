import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import https from 'node:https';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Activity, RuntimeSettings } from '#core/local-runtime/index';
import { pushBlob, pushImage } from '#test/local-registry';
import { freePort, openRuntime, type TestRuntime } from '#test/runtime';

const closes: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closes.splice(0).reverse()) await close();
});

async function open(
  settings: Partial<RuntimeSettings> = {},
  options: Parameters<typeof openRuntime>[1] = {},
): Promise<TestRuntime> {
  const opened = await openRuntime(settings, options);
  closes.push(() => opened.close());
  return opened;
}

async function start(
  settings: Partial<RuntimeSettings> = {},
): Promise<TestRuntime & { origin: string }> {
  const opened = await open(settings);
  await opened.runtime.start();
  return { ...opened, origin: originOf(opened) };
}

function originOf({ runtime }: TestRuntime): string {
  const { state } = runtime.state();
  if (state.kind !== 'running') throw new Error(JSON.stringify(state));
  return state.origin;
}

/** Listens until the test is over. */
async function occupy(port: number): Promise<void> {
  const server = net.createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1' }, resolve);
  });
  closes.push(
    () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  );
}

test('it starts, serves, tells of pushes and pulls as they happen, and stops', async () => {
  const { runtime, origin, until, settings } = await start();
  expect(runtime.state()).toMatchObject({
    state: { kind: 'running', origin: `http://127.0.0.1:${settings().port}` },
    host: `127.0.0.1:${settings().port}`,
  });
  const seen: Activity[] = [];
  const changed: (readonly string[] | undefined)[] = [];
  runtime.activity.watch((entries) => void seen.push(...entries));
  runtime.watchContent(({ repositories }) => void changed.push(repositories));

  await pushImage(origin, 'shop/api', '1.0', { content: 'x'.repeat(20_000) });
  await fetch(`${origin}/v2/shop/api/manifests/1.0`, {
    headers: { 'User-Agent': 'podman/5.2 (x)' },
  });
  await fetch(`${origin}/v2/shop/api/manifests/1.0`, {
    method: 'DELETE',
    headers: { 'User-Agent': 'Tagboat/0.1.0' },
  });
  const view = await until(
    ({ repositoryCount, tagCount, freeBytes }) =>
      repositoryCount === 1 && tagCount === 0 && freeBytes !== undefined,
  );
  expect(view.usedBytes).toBeGreaterThan(20_000);
  expect(view.freeBytes).toBeGreaterThan(0);
  expect(seen).toMatchObject([
    {
      action: 'push',
      repository: 'shop/api',
      tag: '1.0',
      outcome: '1 of 1 layer was new · 20.0 kB',
    },
    { action: 'pull', tag: '1.0', client: 'podman/5.2', isOwn: false },
    { action: 'delete', tag: '1.0', client: 'Tagboat/0.1.0', isOwn: true },
  ]);
  expect(runtime.activity.recent()).toEqual(seen);
  expect(changed.flat()).toContain('shop/api');

  await runtime.stop();
  expect(runtime.state().state).toEqual({ kind: 'off' });
  await expect(fetch(`${origin}/v2/`)).rejects.toThrow(/fetch failed/u);
});

test('collect, check and space work on a registry that runs and on one that is off', async () => {
  const { runtime, origin, until } = await start();
  const image = await pushImage(origin, 'shop/api', '1.0', { content: 'y'.repeat(50_000) });
  await fetch(`${origin}/v2/shop/api/manifests/${image.digest}`, { method: 'DELETE' });
  expect(await runtime.space()).toMatchObject({ unreachableBytes: expect.any(Number) as number });
  const preview = await runtime.collect({ isPreview: true });
  expect(preview.freedBytes).toBeGreaterThan(50_000);
  await until(({ usedBytes = 0 }) => usedBytes > 50_000);
  expect((await runtime.collect({ isPreview: false })).freedBytes).toBe(preview.freedBytes);
  await until(({ usedBytes }) => usedBytes !== undefined && usedBytes < 1000);
  expect(runtime.activity.recent().at(-1)).toMatchObject({ action: 'collect', isOwn: true });

  await runtime.stop();
  expect(await runtime.check({ isDeep: true })).toMatchObject({ isDeep: true, problemCount: 0 });
  expect((await runtime.space()).totalBytes).toBe(0);
  // The folder was given back, so that it can be served again.
  await runtime.start();
});

test('a taken port is passed over for the next free one, which the view says with who has it (trap 47)', async () => {
  const port = await freePort();
  await occupy(port);
  const opened = await open({ port });
  await opened.runtime.start();
  const view = await opened.until(({ takenPort }) => takenPort?.holder !== undefined);
  expect(view.state).toMatchObject({ kind: 'running', port: port + 1 });
  expect(view.takenPort).toEqual({
    port,
    holder: expect.stringContaining(`process ${process.pid}`) as string,
  });
  expect(view.settings.port).toBe(port);
});

test('what cannot be is refused before anything is stopped', async () => {
  const { runtime, origin, settings } = await start();
  const taken = await freePort();
  await occupy(taken);
  const before = settings();
  await expect(runtime.configure({ port: taken, readOnly: true })).rejects.toMatchObject({
    code: 'address-refused',
    field: 'port',
    message: expect.stringMatching(/taken by .*process \d+.*is free/u) as string,
  });
  await expect(runtime.configure({ webhookUrl: 'ftp://x' })).rejects.toMatchObject({
    field: 'webhookUrl',
  });
  await expect(runtime.configure({ hostNames: ['a_b'] })).rejects.toMatchObject({
    field: 'hostNames',
  });
  await expect(runtime.configure({ limitBytes: 5 })).rejects.toMatchObject({ field: 'limitBytes' });
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'tagboat-runtime-')), 'a-file');
  await writeFile(file, '');
  await expect(runtime.changeFolder(file, 'use')).rejects.toMatchObject({
    code: 'storage-failed',
    message: expect.stringContaining('is a file') as string,
  });
  await expect(runtime.changeFolder(path.dirname(file), 'use')).rejects.toThrow(/other things/u);
  expect(settings()).toEqual(before);
  expect((await fetch(`${origin}/v2/`)).status).toBe(200);
});

test('settings that need a restart are served at once, the others without one', async () => {
  const { runtime, origin, settings, pids } = await start();
  await runtime.configure({ limitBytes: 1024 * 1024, logLevel: 'error', startsWithApp: false });
  expect(pids).toHaveLength(1);
  await expect(pushBlob(origin, 'shop/api', randomBytes(2 * 1024 * 1024))).rejects.toThrow(
    /may hold 1 MiB/u,
  );
  const port = await freePort();
  const view = await runtime.configure({ port, readOnly: true, canDelete: false });
  expect(pids).toHaveLength(2);
  expect(view.state).toMatchObject({ kind: 'running', port });
  const refused = await fetch(`http://127.0.0.1:${port}/v2/shop/api/blobs/uploads/`, {
    method: 'POST',
  });
  expect(await refused.text()).toContain('read-only');
  await expect(runtime.collect({ isPreview: false })).rejects.toMatchObject({
    code: 'unsupported',
  });
  expect(settings()).toMatchObject({ port, readOnly: true, canDelete: false, logLevel: 'error' });
});

test('the warning comes from nine tenths of the limit on', async () => {
  const { runtime, origin, until } = await start({ limitBytes: 1024 * 1024 });
  expect(runtime.state().space).toBe('fine');
  await pushBlob(origin, 'shop/api', randomBytes(950 * 1024));
  await until(({ space }) => space === 'near-limit');
});

test('sharing on the network needs a user and TLS, and both have to stay (trap 52)', async () => {
  const { runtime } = await start();
  await expect(runtime.configure({ reach: 'network' })).rejects.toMatchObject({
    field: 'reach',
    message: expect.stringContaining('a user and TLS') as string,
  });
  await expect(runtime.configure({ reach: 'network', tls: true })).rejects.toThrow(/a user first/u);
  await runtime.addUser('ana', 'correct horse');
  await expect(runtime.configure({ reach: 'network' })).rejects.toThrow(/needs TLS/u);
  const view = await runtime.configure({ reach: 'network', tls: true });
  expect(view.state).toMatchObject({ kind: 'running' });
  expect(view.certificate?.hostNames).toContain('localhost');
  await expect(runtime.configure({ tls: false })).rejects.toMatchObject({ field: 'tls' });
  await expect(runtime.removeUser('ana')).rejects.toThrow(/last user/u);
});

/** The status of `GET /v2/` over TLS, trusting only `ca`. */
function ping(port: number, ca: string, auth?: string, servername = 'localhost'): Promise<number> {
  return new Promise((resolve, reject) => {
    https
      .get({ host: '127.0.0.1', port, path: '/v2/', ca, servername, auth, agent: false }, (res) => {
        res.resume();
        resolve(res.statusCode ?? 0);
      })
      .once('error', reject);
  });
}

test('users and the app itself sign in over TLS that the authority vouches for', async () => {
  const { runtime, profileDir, settings } = await start({ hostNames: ['registry.example.test'] });
  expect(runtime.ownLogin()).toBeUndefined();
  expect(runtime.caPem()).toBeUndefined();
  await runtime.addUser('ana', 'correct horse');
  await runtime.configure({ tls: true });
  const ca = runtime.caPem() ?? '';
  const own = runtime.ownLogin();
  const { port } = settings();
  expect(await ping(port, ca)).toBe(401);
  expect(await ping(port, ca, 'ana:correct horse')).toBe(200);
  expect(await ping(port, ca, 'ana:wrong')).toBe(401);
  expect(await ping(port, ca, `${own?.username ?? ''}:${own?.password ?? ''}`)).toBe(200);
  expect(await ping(port, ca, 'ana:correct horse', 'registry.example.test')).toBe(200);
  await expect(ping(port, ca, undefined, 'other.example.test')).rejects.toThrow(/altnames/u);

  expect(runtime.htpasswd()).toMatch(/^ana:\$2b\$10\$[^\n]+\n$/u);
  const file = path.join(profileDir, 'local-registry', 'users.htpasswd');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readFile(file, 'utf8')).not.toContain('correct horse');

  await runtime.stop();
  await runtime.start();
  expect(runtime.ownLogin()).not.toEqual(own);
  expect(await ping(port, ca, `${own?.username ?? ''}:${own?.password ?? ''}`)).toBe(401);
});

test('a user is refused whose name or password no client could send, and one that is there', async () => {
  const { runtime } = await open();
  for (const [name, password] of [
    ['a:b', 'long enough'],
    ['a b', 'long enough'],
    ['#a', 'long enough'],
    ['a\nroot', 'long enough'],
    ['', 'long enough'],
    ['ana', 'short'],
    ['ana', 'ü'.repeat(40)],
  ] as const) {
    await expect(runtime.addUser(name, password)).rejects.toMatchObject({ code: 'input-invalid' });
  }
  await runtime.addUser('ana', 'long enough');
  await expect(runtime.addUser('ana', 'long enough')).rejects.toMatchObject({
    code: 'already-exists',
  });
  await expect(runtime.removeUser('bo')).rejects.toMatchObject({ code: 'not-found' });
  expect(runtime.state().users).toEqual(['ana']);
});

test('the content moves to another folder, goes to a backup and comes back from it', async () => {
  const { runtime, origin, profileDir, settings } = await start();
  const image = await pushImage(origin, 'shop/api', '1.0');
  const serves = async (tag: string): Promise<string | null> => {
    const answer = await fetch(`${origin}/v2/shop/api/manifests/${tag}`, { method: 'HEAD' });
    return answer.headers.get('docker-content-digest');
  };
  const folder = path.join(profileDir, 'elsewhere');
  const steps: number[] = [];
  const moved = await runtime.changeFolder(folder, 'move', {
    progress: ({ completed }) => void steps.push(completed),
  });
  expect(moved).toMatchObject({ state: { kind: 'running' }, folder });
  expect(settings().folder).toBe(folder);
  expect(steps.length).toBeGreaterThan(0);
  expect(await serves('1.0')).toBe(image.digest);

  for (const place of [
    { kind: 'folder', path: path.join(profileDir, 'backup') },
    { kind: 'archive', path: path.join(profileDir, 'backup.tar') },
  ] as const) {
    expect((await runtime.backUp(place)).bytes).toBeGreaterThan(0);
    await pushImage(origin, 'shop/api', '2.0', { content: place.kind });
    expect(await serves('2.0')).not.toBeNull();
    const { keptIn } = await runtime.restore(place);
    expect(keptIn).not.toBeNull();
    expect(await serves('1.0')).toBe(image.digest);
    expect(await serves('2.0')).toBeNull();
  }
  await expect(
    runtime.restore({ kind: 'archive', path: path.join(profileDir, 'missing.tar') }),
  ).rejects.toMatchObject({ name: 'RuntimeProblem' });
  // What failed left everything as it was, and it serves again.
  expect(await serves('1.0')).toBe(image.digest);
  const other = path.join(profileDir, 'empty');
  expect(await runtime.changeFolder(other, 'use')).toMatchObject({ folder: other });
  expect(await serves('1.0')).toBeNull();
});
