import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  digestOf,
  ociIndexType,
  ociManifestType,
  pushImage,
  putManifest,
  startLocalRegistry,
  type StartedLocalRegistry,
} from '#test/local-registry';

let started: StartedLocalRegistry;
let root: string;

beforeEach(async () => {
  started = await startLocalRegistry();
  root = `${started.storageDir}/docker/registry/v2`;
});
afterEach(() => started.stop());

const blobFile = (digest: string): string => {
  const [algorithm = '', hex = ''] = digest.split(':');
  return `${root}/blobs/${algorithm}/${hex.slice(0, 2)}/${hex}/data`;
};
const kindsOf = async (isDeep = false): Promise<string[]> =>
  (await started.registry.check({ isDeep })).problems.map((problem) => problem.kind);
const statusOf = async (url: string): Promise<number> =>
  (await fetch(`${started.origin}/v2/${url}`)).status;

describe('a folder made by a newer or broken registry', () => {
  it('a sound folder has no problems, and everything is counted', async () => {
    await pushImage(started.origin, 'check/a', 'v1');
    await pushImage(started.origin, 'check/b', 'v1');
    const report = await started.registry.check({ isDeep: true });
    expect(report.problems).toEqual([]);
    expect(report.counts).toMatchObject({ repositories: 2, tags: 2, manifests: 2, blobs: 3 });
  });

  it('a manifest whose bytes are gone: its tag is 404, the rest is served, both are named', async () => {
    const broken = await pushImage(started.origin, 'check/a', 'broken', { content: 'x' });
    await pushImage(started.origin, 'check/a', 'sound', { content: 'y' });
    await rm(blobFile(broken.digest));
    const again = await restart();
    expect(await statusOf('check/a/manifests/broken')).toBe(404);
    expect(await statusOf('check/a/manifests/sound')).toBe(200);
    const tags = await fetch(`${again.origin}/v2/check/a/tags/list`);
    expect(await tags.json()).toEqual({ name: 'check/a', tags: ['broken', 'sound'] });
    const { problems } = await again.registry.check();
    expect(problems).toMatchObject([
      { kind: 'manifest-missing', repository: 'check/a', digest: broken.digest },
    ]);
    const url = `${again.origin}/v2/check/a/manifests/${broken.digest}`;
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(202);
    expect(await kindsOf()).toEqual([]);
  });

  it('a damaged manifest is not served', async () => {
    const image = await pushImage(started.origin, 'check/a', 'v1');
    await writeFile(blobFile(image.digest), image.bytes.replace('layers', 'slayer'));
    await restart();
    expect(await statusOf('check/a/manifests/v1')).toBe(404);
    expect(await kindsOf()).toEqual(['manifest-damaged']);
    await pushImage(started.origin, 'check/a', 'v1');
    expect(await statusOf('check/a/manifests/v1')).toBe(200);
    expect(await kindsOf()).toEqual([]);
  });

  it('a blob that is gone is 404 and named; pushing it again heals it', async () => {
    const image = await pushImage(started.origin, 'check/a', 'v1', { content: 'layer' });
    await rm(blobFile(image.layers[0] ?? ''));
    await restart();
    expect(await statusOf(`check/a/blobs/${image.layers[0] ?? ''}`)).toBe(404);
    expect(await kindsOf()).toEqual(['content-absent', 'blob-missing']);
    await pushImage(started.origin, 'check/a', 'v1', { content: 'layer' });
    expect(await kindsOf(true)).toEqual([]);
  });

  it('a blob cut short is found by its size, one changed in place by a deep check', async () => {
    const cut = await pushImage(started.origin, 'check/a', 'cut', { content: 'cut layer' });
    await truncate(blobFile(cut.layers[0] ?? ''), 3);
    expect(await kindsOf()).toEqual(['blob-size-wrong']);
    await pushImage(started.origin, 'check/a', 'cut', { content: 'cut layer' });
    await writeFile(blobFile(cut.layers[0] ?? ''), 'tuc layer');
    expect(await kindsOf()).toEqual([]);
    expect(await kindsOf(true)).toEqual(['blob-damaged']);
  });

  it('links with white space are served and noted, links with other text are not', async () => {
    const image = await pushImage(started.origin, 'check/a', 'v1');
    const link = `${root}/repositories/check/a/_manifests/tags/v1/current/link`;
    await writeFile(link, `${image.digest}\n`);
    await restart();
    expect(await statusOf('check/a/manifests/v1')).toBe(200);
    expect(await kindsOf()).toEqual(['link-inexact']);
    await writeFile(link, '../../../../etc/passwd');
    await restart();
    expect(await statusOf('check/a/manifests/v1')).toBe(404);
    expect(await kindsOf()).toEqual(['link-unreadable', 'tag-dangling']);
  });

  it('a tag folder without its link is listed, as distribution does, and named', async () => {
    await pushImage(started.origin, 'check/a', 'v1');
    await rm(`${root}/repositories/check/a/_manifests/tags/v1/current`, { recursive: true });
    await restart();
    expect(await kindsOf()).toEqual(['tag-dangling']);
    expect(await statusOf('check/a/manifests/v1')).toBe(404);
  });

  it('entries of no known kind are named and left alone', async () => {
    await pushImage(started.origin, 'check/a', 'v1');
    const odd = [
      `${root}/repositories/UPPER/_manifests`,
      `${root}/repositories/check/a/_manifests/tags/.odd`,
      `${root}/repositories/check/a/_layers/sha256/short`,
      `${root}/blobs/md5/ab/abc`,
    ];
    for (const dir of odd) await mkdir(dir, { recursive: true });
    await restart();
    expect(await kindsOf()).toEqual(Array.from({ length: 4 }, () => 'entry-unknown'));
    await started.registry.collectGarbage({ graceMs: 0 });
    expect(odd.every((dir) => existsSync(dir))).toBe(true);
    const catalog = await fetch(`${started.origin}/v2/_catalog`);
    expect(await catalog.json()).toEqual({ repositories: ['check/a'] });
  });

  it('a manifest of a later kind is served as it is, and keeps its content alive', async () => {
    const image = await pushImage(started.origin, 'check/a', 'v1', { content: 'later layer' });
    const later = JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.later.v9+json',
      parts: [{ deep: { digest: image.layers[0] } }],
    });
    const digest = digestOf(later);
    const hex = digest.slice('sha256:'.length);
    const manifests = `${root}/repositories/check/a/_manifests`;
    const files: [string, string][] = [
      [blobFile(digest), later],
      [`${manifests}/revisions/sha256/${hex}/link`, digest],
      [`${manifests}/tags/later/current/link`, digest],
    ];
    for (const [file, content] of files) {
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, content);
    }
    await restart();
    const response = await fetch(`${started.origin}/v2/check/a/manifests/later`);
    expect(response.headers.get('content-type')).toBe('application/vnd.oci.image.later.v9+json');
    expect(await response.text()).toBe(later);
    await fetch(`${started.origin}/v2/check/a/manifests/v1`, { method: 'DELETE' });
    await started.registry.collectGarbage({ graceMs: 0 });
    expect(await statusOf(`check/a/blobs/${image.layers[0] ?? ''}`)).toBe(200);
  });

  it('a schema 1 manifest left by an old registry is served under its type (trap 35)', async () => {
    const old = JSON.stringify({
      schemaVersion: 1,
      name: 'x',
      tag: 'y',
      fsLayers: [],
      signatures: [],
    });
    const digest = digestOf(old);
    await pushImage(started.origin, 'check/a', 'v1');
    const manifests = `${root}/repositories/check/a/_manifests`;
    for (const [file, content] of [
      [blobFile(digest), old],
      [`${manifests}/revisions/sha256/${digest.slice(7)}/link`, digest],
    ] as const) {
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, content);
    }
    const response = await fetch(`${started.origin}/v2/check/a/manifests/${digest}`);
    expect(response.headers.get('content-type')).toMatch(/manifest\.v1\+(?:json|prettyjws)$/u);
    expect(await response.text()).toBe(old);
  });

  it('what a sparse index lacks is a note, not a problem (trap 18)', async () => {
    const index = {
      schemaVersion: 2,
      mediaType: ociIndexType,
      manifests: [{ mediaType: ociManifestType, digest: digestOf('absent'), size: 6 }],
    };
    await putManifest(started.origin, 'check/sparse', 'v1', index, ociIndexType);
    const { problems } = await started.registry.check();
    expect(problems).toMatchObject([{ kind: 'content-absent', severity: 'note' }]);
  });

  it('the side index can be broken or thrown away', async () => {
    const image = await pushImage(started.origin, 'check/a', 'v1', {
      extra: { subject: { mediaType: ociManifestType, digest: digestOf('s'), size: 1 } },
    });
    const list = (): Promise<Response> =>
      fetch(`${started.origin}/v2/check/a/referrers/${digestOf('s')}`);
    await list();
    await restart();
    const side = `${started.storageDir}/tagboat`;
    const saved = readFileSync(`${side}/usage.json`, 'utf8');
    expect(saved).toContain('check/a');
    for (const content of [
      '',
      'null',
      '{"version":1,"repositories":3}',
      '{"version":1,"name":"check/a","seen":[1],"subjects":[[1,2],["x",[3]]]}',
    ]) {
      await started.registry.close();
      await writeFile(`${side}/usage.json`, content);
      await mkdir(`${side}/referrers`, { recursive: true });
      const { createHash } = await import('node:crypto');
      const name = createHash('sha256').update('check/a').digest('hex');
      await writeFile(`${side}/referrers/${name}.json`, content);
      await restart();
      expect(await (await list()).json()).toMatchObject({ manifests: [{ digest: image.digest }] });
    }
  });

  /** A new registry on the same folder, with nothing remembered. */
  async function restart(): Promise<StartedLocalRegistry> {
    await started.registry.close();
    const { storageDir, stop } = started;
    const again = await startLocalRegistry({ storageDir });
    started = {
      ...again,
      stop: async () => {
        await again.stop();
        await stop();
      },
    };
    return started;
  }
});
