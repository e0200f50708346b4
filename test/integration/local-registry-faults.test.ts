import { randomBytes, randomInt } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  digestOf,
  ociManifestType,
  pushBlob,
  pushImage,
  putManifest,
  startLocalRegistry,
} from '#test/local-registry';
import { makeTemporaryDir, run, runOrThrow, startRegistryProcess } from '#test/registry-command';

let dir: string;

beforeAll(async () => {
  dir = await makeTemporaryDir('faults');
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe('SIGKILL at random points of 200 concurrent pushes', () => {
  type Acknowledged = { name: string; reference: string; digest: string; layer: string };

  /** Pushes one image in chunks, telling what was acknowledged; ends when the registry is gone. */
  async function pushInChunks(
    origin: string,
    index: number,
    acknowledged: Acknowledged[],
    sessions: Map<string, Buffer>,
  ): Promise<void> {
    const name = `kill/app-${index % 20}`;
    const layer = randomBytes(randomInt(10_000, 300_000));
    const session = await fetch(`${origin}/v2/${name}/blobs/uploads/`, { method: 'POST' });
    const location = session.headers.get('location') ?? '';
    sessions.set(location, layer);
    const middle = Math.floor(layer.length / 2);
    const patched = await fetch(`${origin}${location}`, {
      method: 'PATCH',
      headers: { 'Content-Range': `0-${middle - 1}` },
      body: new Uint8Array(layer.subarray(0, middle)),
    });
    expect(patched.status).toBe(202);
    const digest = digestOf(layer);
    const put = await fetch(`${origin}${location}?digest=${digest}`, {
      method: 'PUT',
      headers: { 'Content-Range': `${middle}-${layer.length - 1}` },
      body: new Uint8Array(layer.subarray(middle)),
    });
    expect(put.status).toBe(201);
    sessions.delete(location);
    const config = await pushBlob(origin, name, `{"n":${index}}`);
    const bytes = JSON.stringify({
      schemaVersion: 2,
      mediaType: ociManifestType,
      config,
      layers: [{ mediaType: 'application/octet-stream', digest, size: layer.length }],
    });
    const manifest = await putManifest(origin, name, `v${index}`, bytes);
    expect(manifest.status).toBe(201);
    acknowledged.push({ name, reference: `v${index}`, digest: digestOf(bytes), layer: digest });
  }

  it.each([1, 2, 3])(
    'round %i: nothing acknowledged is lost, nothing false is served, uploads resume',
    async (round) => {
      const storageDir = path.join(dir, `kill-${round}`);
      const first = await startRegistryProcess(storageDir);
      const acknowledged: Acknowledged[] = [];
      const sessions = new Map<string, Buffer>();
      const pushes = Array.from({ length: 200 }, (_, index) =>
        pushInChunks(first.origin, index, acknowledged, sessions),
      );
      const settled = Promise.allSettled(pushes);
      // Somewhere between the first acknowledged image and the last.
      const target = randomInt(1, 150);
      while (
        acknowledged.length < target &&
        (await Promise.race([settled, sleep(5)])) === undefined
      );
      await first.end('SIGKILL');
      await settled;

      const second = await startRegistryProcess(storageDir);
      for (const { name, reference, digest, layer } of acknowledged) {
        const manifest = await fetch(`${second.origin}/v2/${name}/manifests/${reference}`);
        expect(manifest.status).toBe(200);
        expect(digestOf(await manifest.text())).toBe(digest);
        const blob = await fetch(`${second.origin}/v2/${name}/blobs/${layer}`);
        expect(digestOf(Buffer.from(await blob.arrayBuffer()))).toBe(layer);
      }
      expect(await findFalseBlobs(storageDir, second.origin)).toEqual([]);

      for (const [location, layer] of sessions) {
        const state = await fetch(`${second.origin}${location}`);
        // Ended just before the kill: its blob is in place and the session gone.
        if (state.status === 404) continue;
        const offset = await honestOffset(second.origin, location, layer.length);
        const put = await fetch(`${second.origin}${location}?digest=${digestOf(layer)}`, {
          method: 'PUT',
          body: new Uint8Array(layer.subarray(offset)),
        });
        expect(put.status).toBe(201);
      }
      expect(await second.end()).toBe(0);
    },
  );

  /** The offset a session tells; 0-0 stands for none or one byte, and 416 decides between the two. */
  async function honestOffset(origin: string, location: string, size: number): Promise<number> {
    const state = await fetch(`${origin}${location}`);
    const last = Number((state.headers.get('range') ?? '0-0').split('-')[1]);
    if (last > 0) return last + 1;
    const probe = await fetch(`${origin}${location}`, {
      method: 'PATCH',
      headers: { 'Content-Range': `${size}-${size}` },
      body: 'x',
    });
    const { errors } = (await probe.json()) as { errors: { detail: { offset: number } }[] };
    return errors[0]?.detail.offset ?? 0;
  }

  /** Blobs that are served and do not match their digest. */
  async function findFalseBlobs(storageDir: string, origin: string): Promise<string[]> {
    const falseBlobs: string[] = [];
    const repositories = `${storageDir}/docker/registry/v2/repositories/kill`;
    for (const name of await readdir(repositories)) {
      const layers = `${repositories}/${name}/_layers/sha256`;
      for (const hex of await readdir(layers).catch(() => [])) {
        const response = await fetch(`${origin}/v2/kill/${name}/blobs/sha256:${hex}`);
        const bytes = Buffer.from(await response.arrayBuffer());
        if (response.status === 404) continue;
        if (response.status !== 200 || digestOf(bytes) !== `sha256:${hex}`) falseBlobs.push(hex);
      }
    }
    return falseBlobs;
  }
});

describe('a collection that is killed', () => {
  it('loses nothing that is tagged, and the next one finishes', async () => {
    const storageDir = path.join(dir, 'kill-gc');
    const first = await startRegistryProcess(storageDir);
    for (let index = 0; index < 60; index += 1) {
      await pushImage(first.origin, 'gc/app', `v${index}`, { content: `layer ${index}` });
    }
    for (let index = 0; index < 50; index += 1) {
      await fetch(`${first.origin}/v2/gc/app/manifests/v${index}`, { method: 'DELETE' });
    }
    const { buildCommand } = await import('#test/registry-command');
    const collecting = run(process.execPath, [
      await buildCommand(),
      'registry',
      'gc',
      '--storage',
      storageDir,
      '--json',
    ]);
    const root = `${storageDir}/tagboat`;
    for (;;) {
      const entries = await readdir(root);
      if (entries.includes('collection.json')) break;
      await sleep(1);
    }
    await first.end('SIGKILL');
    await collecting;
    const second = await startLocalRegistry({ storageDir });
    for (let index = 50; index < 60; index += 1) {
      const manifest = await fetch(`${second.origin}/v2/gc/app/manifests/v${index}`);
      expect(manifest.status).toBe(200);
    }
    const problems = (await second.registry.check({ isDeep: true })).problems;
    expect(problems.filter((problem) => problem.severity === 'problem')).toEqual([]);
    const report = await second.registry.collectGarbage({ graceMs: 0 });
    expect(report.resumedFrom).not.toBeNull();
    expect(report.kept.manifestCount).toBe(10);
    expect((await second.registry.collectGarbage({ graceMs: 0 })).resumedFrom).toBeNull();
    await second.stop();
  });
});

const canMount = process.getuid?.() === 0 && process.platform === 'linux';

describe.skipIf(!canMount)('a disk that is full (needs root, for a small tmpfs)', () => {
  let disk: string;

  beforeAll(async () => {
    disk = path.join(dir, 'disk');
    await mkdir(disk);
    await runOrThrow('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk]);
  });
  afterAll(() => run('umount', [disk]));

  it('says so in spec form, leaves nothing half-written, and goes on when there is space', async () => {
    const logged: string[] = [];
    const started = await startLocalRegistry({
      storageDir: path.join(disk, 'registry'),
      log: (entry) => logged.push(entry.message),
    });
    const { origin } = started;
    const sound = await pushImage(origin, 'disk/app', 'v1', { content: randomText(1_000_000) });
    const large = randomBytes(10_000_000);
    const digest = digestOf(large);

    const single = await fetch(`${origin}/v2/disk/app/blobs/uploads/?digest=${digest}`, {
      method: 'POST',
      body: large,
    });
    await expectDiskFull(single);
    const session = await fetch(`${origin}/v2/disk/app/blobs/uploads/`, { method: 'POST' });
    const location = `${origin}${session.headers.get('location') ?? ''}`;
    await expectDiskFull(await fetch(location, { method: 'PATCH', body: large }));
    expect((await fetch(location)).headers.get('range')).toBe('0-0');
    expect(logged.length).toBeGreaterThan(0);

    // A manifest needs little, and there is room again, because nothing half-written was kept.
    await pushImage(origin, 'disk/app', 'v2', { content: randomText(1_000_000) });
    expect((await fetch(`${origin}/v2/disk/app/manifests/v1`)).status).toBe(200);
    expect((await fetch(`${origin}/v2/disk/app/blobs/${digest}`)).status).toBe(404);
    expect((await started.registry.check({ isDeep: true })).problems).toEqual([]);

    await run('mount', ['-o', 'remount,size=64m', disk]);
    const put = await fetch(`${location}?digest=${digest}`, { method: 'PUT', body: large });
    expect(put.status).toBe(201);
    const pulled = await fetch(`${origin}/v2/disk/app/blobs/${digest}`);
    expect(digestOf(Buffer.from(await pulled.arrayBuffer()))).toBe(digest);
    expect((await fetch(`${origin}/v2/disk/app/blobs/${sound.layers[0] ?? ''}`)).status).toBe(200);
    await started.stop();
  });

  it('a manifest that does not fit is refused whole', async () => {
    await run('mount', ['-o', 'remount,size=64m', disk]);
    const started = await startLocalRegistry({ storageDir: path.join(disk, 'manifests') });
    const { origin } = started;
    const image = await pushImage(origin, 'disk/app', 'v1');
    await fillDisk();
    const other = image.bytes.replace('}', `,"x":"${'y'.repeat(3_000_000)}"}`);
    const refused = await putManifest(origin, 'disk/app', 'v2', other);
    await expectDiskFull(refused);
    expect((await fetch(`${origin}/v2/disk/app/manifests/v2`)).status).toBe(404);
    expect((await fetch(`${origin}/v2/disk/app/manifests/v1`)).status).toBe(200);
    await rm(path.join(disk, 'filler'));
    expect((await putManifest(origin, 'disk/app', 'v2', other)).status).toBe(201);
    await started.stop();
  });

  const randomText = (size: number): string => randomBytes(size / 2).toString('hex');

  async function fillDisk(): Promise<void> {
    await run('dd', ['if=/dev/zero', `of=${path.join(disk, 'filler')}`, 'bs=64k']);
  }

  async function expectDiskFull(response: Response): Promise<void> {
    expect(response.status).toBe(507);
    const { errors } = (await response.json()) as { errors: { code: string; message: string }[] };
    expect(errors[0]?.code).toBe('UNAVAILABLE');
    expect(errors[0]?.message).toContain('full');
  }
});

describe('100 slow clients', () => {
  it('hold up nobody else and are cut off in the end', async () => {
    const started = await startLocalRegistry({
      limits: { headersTimeoutMs: 3000, idleTimeoutMs: 3000, keepAliveTimeoutMs: 3000 },
    });
    const image = await pushImage(started.origin, 'slow/app', 'v1');
    const large = await pushBlob(started.origin, 'slow/app', Buffer.alloc(20_000_000, 'slow'));
    const session = await fetch(`${started.origin}/v2/slow/app/blobs/uploads/`, { method: 'POST' });
    const openings = [
      // Never ends its headers, never ends its body, never reads its answer.
      'GET /v2/slow/app/manifests/v1 HTTP/1.1\r\nHost: x\r\n',
      `PATCH ${session.headers.get('location') ?? ''} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nabc`,
      `GET /v2/slow/app/blobs/${large.digest} HTTP/1.1\r\nHost: x\r\n\r\n`,
      `POST /v2/slow/app/blobs/uploads/?digest=${digestOf('x')} HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n`,
    ];
    const closed: Promise<unknown>[] = [];
    for (let index = 0; index < 100; index += 1) {
      const socket = net.connect(started.port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.pause();
      socket.write(openings[index % openings.length] ?? '');
      closed.push(
        new Promise((resolve) => {
          socket.once('close', resolve);
          // Reading is what tells a paused socket that the other end has closed.
          setTimeout(() => socket.resume(), 8000);
        }),
      );
    }
    for (let index = 0; index < 50; index += 1) {
      const response = await fetch(`${started.origin}/v2/slow/app/manifests/v1`);
      expect(await response.text()).toBe(image.bytes);
    }
    await pushImage(started.origin, 'slow/app', 'v2', { content: 'pushed meanwhile' });
    const blob = await fetch(`${started.origin}/v2/slow/app/blobs/${large.digest}`);
    expect((await blob.arrayBuffer()).byteLength).toBe(20_000_000);
    await Promise.all(closed);
    await started.stop();
  });
});
