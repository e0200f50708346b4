import { mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Growth, maxSamples } from '#core/local-registry/space/growth';
import { Layout } from '#core/local-registry/storage/layout';
import {
  ociIndexType,
  pushBlob,
  pushImage,
  putManifest,
  startLocalRegistry,
  type PushedImage,
  type StartedLocalRegistry,
} from '#test/local-registry';

let started: StartedLocalRegistry;
beforeEach(async () => {
  started = await startLocalRegistry();
});
afterEach(() => started.stop());

const layerBytes = 10_000;
const layer = (letter: string): string => letter.repeat(layerBytes);
/** Config and manifest of an image by pushImage. */
const partsOf = (image: PushedImage): { config: number; manifest: number } => {
  const manifest = JSON.parse(image.bytes) as { config: { size: number } };
  return { config: manifest.config.size, manifest: image.bytes.length };
};

const deleteTag = (name: string, tag: string): Promise<Response> =>
  fetch(`${started.origin}/v2/${name}/manifests/${tag}`, { method: 'DELETE' });

/** Everything is in exactly one part: each file of the shared bytes is counted once. */
const sumOf = (
  report: Awaited<ReturnType<StartedLocalRegistry['registry']['space']>>,
  sharedOnce: number,
): number =>
  report.repositories.reduce((sum, { uniqueBytes }) => sum + uniqueBytes, sharedOnce) +
  report.unreachableBytes +
  report.unusedBytes +
  report.uploadBytes;

describe('space', () => {
  it('tells the bytes of one repository from those that repositories share', async () => {
    const one = await pushImage(started.origin, 'team/one', 'v1', { content: layer('a') });
    await pushImage(started.origin, 'team/two', 'v1', { content: layer('a') });
    const own = await pushImage(started.origin, 'team/two', 'v2', { content: layer('b') });
    const report = await started.registry.space();
    const { config, manifest } = partsOf(one);
    // The two first images are the same, config and manifest with them.
    const shared = layerBytes + config + manifest;
    expect(report.repositories).toEqual([
      {
        name: 'team/two',
        tagCount: 2,
        uniqueBytes: layerBytes + partsOf(own).manifest,
        sharedBytes: shared,
      },
      { name: 'team/one', tagCount: 1, uniqueBytes: 0, sharedBytes: shared },
    ]);
    expect(report).toMatchObject({ unreachableBytes: 0, unusedBytes: 0, uploadBytes: 0 });
    expect(report.totalBytes).toBe(sumOf(report, shared));
  });

  it('counts what an index leads to, and sha512 names once', async () => {
    const child = await pushImage(started.origin, 'app', undefined, { content: layer('c') });
    const index = JSON.stringify({
      schemaVersion: 2,
      mediaType: ociIndexType,
      manifests: [
        {
          mediaType: 'application/vnd.oci.image.manifest.v1+json',
          digest: child.digest,
          size: child.bytes.length,
        },
      ],
    });
    await putManifest(started.origin, 'app', 'multi', index, ociIndexType);
    const strong = await pushImage(started.origin, 'strong', 'v1', {
      content: layer('d'),
      algorithm: 'sha512',
    });
    const report = await started.registry.space();
    const sizes = new Map(report.repositories.map((entry) => [entry.name, entry]));
    expect(sizes.get('app')?.uniqueBytes).toBe(layerBytes + child.bytes.length + index.length);
    expect(sizes.get('strong')?.uniqueBytes).toBe(layerBytes + strong.bytes.length);
    expect(report.totalBytes).toBe(sumOf(report, partsOf(child).config));
  });

  it('says before a collection of garbage what it brings back, to the byte', async () => {
    await pushImage(started.origin, 'app', 'old', { content: layer('e') });
    const kept = await pushImage(started.origin, 'app', 'new', { content: layer('f') });
    await deleteTag('app', 'old');
    const before = await started.registry.space({ graceMs: 0 });
    expect(before.unreachableBytes).toBeGreaterThan(layerBytes);
    const { freedBytes } = await started.registry.collectGarbage({ graceMs: 0 });
    expect(before.unreachableBytes).toBe(freedBytes);
    const after = await started.registry.space({ graceMs: 0 });
    expect(after.unreachableBytes).toBe(0);
    expect(before.totalBytes - after.totalBytes).toBe(freedBytes);
    const { config, manifest } = partsOf(kept);
    expect(after.totalBytes).toBe(layerBytes + config + manifest);
  });

  it('counts uploads that may still be completed, and abandoned ones as garbage', async () => {
    const opened = await fetch(`${started.origin}/v2/app/blobs/uploads/`, { method: 'POST' });
    const session = new URL(opened.headers.get('location') ?? '', started.origin);
    await fetch(session, { method: 'PATCH', body: layer('g') });
    expect(await started.registry.space()).toMatchObject({
      uploadBytes: layerBytes,
      unreachableBytes: 0,
      totalBytes: layerBytes,
      repositories: [],
    });
    const id = session.pathname.split('/').at(-1) ?? '';
    const layout = new Layout(started.storageDir);
    const longAgo = new Date(Date.now() - 48 * 60 * 60 * 1000);
    await writeFile(layout.uploadStartedAt('app', id), longAgo.toISOString());
    await utimes(layout.uploadFile('app', id), longAgo, longAgo);
    expect(await started.registry.space()).toMatchObject({
      uploadBytes: 0,
      unreachableBytes: layerBytes,
      totalBytes: layerBytes,
    });
  });

  it('names bytes that nobody uses yet and that are too new to be garbage', async () => {
    await pushBlob(started.origin, 'app', layer('h'));
    const report = await started.registry.space();
    // A link of the grace window keeps it: it is the repository's.
    expect(report.repositories).toEqual([
      { name: 'app', tagCount: 0, uniqueBytes: layerBytes, sharedBytes: 0 },
    ]);
    const lost = new Layout(started.storageDir);
    const digest = `sha256:${'ab'.repeat(32)}` as Parameters<Layout['blobDir']>[0];
    await mkdir(lost.blobDir(digest), { recursive: true });
    await writeFile(`${lost.blobDir(digest)}/data`, 'left by a push that was cut off');
    expect((await started.registry.space()).unusedBytes).toBe(31);
  });

  it('stops when it is told to', async () => {
    await pushImage(started.origin, 'app', 'v1');
    await expect(started.registry.space({ signal: AbortSignal.abort() })).rejects.toThrow(/abort/u);
  });
});

describe('growth', () => {
  const layout = (): Layout => new Layout(started.storageDir);
  const file = (): string => `${layout().sideDir}/growth.json`;
  const hourMs = 60 * 60 * 1000;
  const noonMs = Date.UTC(2026, 2, 1, 12);

  it('keeps one sample an hour, the newest, also over a restart', async () => {
    const growth = new Growth(layout());
    await growth.add(noonMs, 10, true);
    await growth.add(noonMs + 1000, 20, true);
    expect(await growth.isDue(noonMs + 2000)).toBe(false);
    expect(await growth.isDue(noonMs + hourMs)).toBe(true);
    await growth.add(noonMs + hourMs, 30, true);
    expect(await new Growth(layout()).list()).toEqual([
      { at: '2026-03-01T12:00:01.000Z', totalBytes: 20 },
      { at: '2026-03-01T13:00:00.000Z', totalBytes: 30 },
    ]);
  });

  it('is bounded, and its beginning is never lost', async () => {
    const samples = Array.from({ length: maxSamples }, (_, hour) => [noonMs + hour * hourMs, hour]);
    await writeFile(file(), JSON.stringify({ version: 1, samples }));
    const growth = new Growth(layout());
    await growth.add(noonMs + maxSamples * hourMs, 1, true);
    const listed = await growth.list();
    expect(listed.length).toBeLessThan(maxSamples);
    expect(listed[0]?.at).toBe('2026-03-01T12:00:00.000Z');
    expect(listed.at(-1)?.totalBytes).toBe(1);
    const saved = JSON.parse(await readFile(file(), 'utf8')) as { samples: unknown[] };
    expect(saved.samples).toHaveLength(listed.length);
  });

  it.each([
    ['no JSON', 'nothing'],
    ['another version', '{"version":2,"samples":[[1,1]]}'],
    [
      'rows that are none',
      '{"version":1,"samples":[[1],null,"x",[-1,2],[1e30,1],[9007199254740991,1]]}',
    ],
  ])('starts again from %s', async (_, text) => {
    await writeFile(file(), text);
    const growth = new Growth(layout());
    expect(await growth.list()).toEqual([]);
    await growth.add(noonMs, 5, true);
    expect(await new Growth(layout()).list()).toHaveLength(1);
  });

  it('leaves no samples of the future behind when the clock is set back', async () => {
    const growth = new Growth(layout());
    await growth.add(noonMs + 10 * hourMs, 1, true);
    await growth.add(noonMs, 2, true);
    expect((await growth.list()).map(({ totalBytes }) => totalBytes)).toEqual([2]);
  });
});
