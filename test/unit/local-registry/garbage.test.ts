import { existsSync, readdirSync } from 'node:fs';
import http from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  digestOf,
  ociIndexType,
  ociManifestType,
  pushBlob,
  pushImage,
  putManifest,
  startLocalRegistry,
  type StartedLocalRegistry,
} from '#test/local-registry';

let started: StartedLocalRegistry;
let origin: string;

beforeEach(async () => {
  started = await startLocalRegistry();
  ({ origin } = started);
});
afterEach(() => started.stop());

const statusOf = async (path: string): Promise<number> =>
  (await fetch(`${origin}/v2/${path}`)).status;
const remove = (path: string): Promise<Response> =>
  fetch(`${origin}/v2/${path}`, { method: 'DELETE' });
const hasBlob = (digest: string): boolean => {
  const [algorithm = '', hex = ''] = digest.split(':');
  return existsSync(
    `${started.storageDir}/docker/registry/v2/blobs/${algorithm}/${hex.slice(0, 2)}/${hex}/data`,
  );
};
const descriptorOf = (image: { digest: string; bytes: string }): object => ({
  mediaType: ociManifestType,
  digest: image.digest,
  size: image.bytes.length,
});

describe('garbage collection, marking', () => {
  it('keeps what tags reach and frees the rest with exact bytes', async () => {
    const kept = await pushImage(origin, 'gc/app', 'kept', { content: 'kept layer' });
    const gone = await pushImage(origin, 'gc/app', 'gone', { content: 'gone layer' });
    await remove('gc/app/manifests/gone');
    const report = await started.registry.collectGarbage();
    expect(report.manifests).toEqual([
      { repository: 'gc/app', digest: gone.digest, sizeBytes: gone.bytes.length },
    ]);
    expect(report.layers).toEqual([{ repository: 'gc/app', digest: gone.layers[0] }]);
    expect(report.blobs.map((blob) => blob.digest).toSorted()).toEqual(
      [gone.digest, ...gone.layers].toSorted(),
    );
    expect(report.freedBytes).toBe(gone.bytes.length + 'gone layer'.length);
    expect(report.kept).toMatchObject({ manifestCount: 1, blobCount: 3 });
    expect(await statusOf('gc/app/manifests/kept')).toBe(200);
    expect(await statusOf(`gc/app/blobs/${kept.layers[0] ?? ''}`)).toBe(200);
    expect(await statusOf(`gc/app/blobs/${kept.config}`)).toBe(200);
    expect(await statusOf(`gc/app/manifests/${gone.digest}`)).toBe(404);
    expect(hasBlob(gone.layers[0] ?? '')).toBe(false);
  });

  it('a dry run says exactly what the run then does, and changes nothing', async () => {
    await pushImage(origin, 'gc/app', 'a', { content: 'a' });
    const image = await pushImage(origin, 'gc/app', 'b', { content: 'b' });
    await remove(`gc/app/manifests/${image.digest}`);
    const dry = await started.registry.collectGarbage({ isDryRun: true });
    expect(dry.freedBytes).toBeGreaterThan(0);
    expect(hasBlob(image.layers[0] ?? '')).toBe(true);
    const run = await started.registry.collectGarbage();
    const bare = ({ blobs, layers, manifests, freedBytes, repositories }: typeof run): object => ({
      blobs,
      layers,
      manifests,
      freedBytes,
      repositories,
    });
    expect(bare(run)).toEqual(bare(dry));
    expect((await started.registry.collectGarbage()).freedBytes).toBe(0);
  });

  it('keeps the manifests of an index, nested ones too (trap 11, trap 14)', async () => {
    const child = await pushImage(origin, 'gc/index', undefined, { content: 'child' });
    const inner = JSON.stringify({
      schemaVersion: 2,
      mediaType: ociIndexType,
      manifests: [descriptorOf(child)],
    });
    await putManifest(origin, 'gc/index', digestOf(inner), inner, ociIndexType);
    const outer = {
      schemaVersion: 2,
      mediaType: ociIndexType,
      manifests: [{ mediaType: ociIndexType, digest: digestOf(inner), size: inner.length }],
    };
    await putManifest(origin, 'gc/index', 'v1', outer, ociIndexType);
    await started.registry.collectGarbage({ graceMs: 0 });
    expect(await statusOf(`gc/index/manifests/${child.digest}`)).toBe(200);
    expect(await statusOf(`gc/index/blobs/${child.layers[0] ?? ''}`)).toBe(200);
    await remove('gc/index/manifests/v1');
    const report = await started.registry.collectGarbage();
    expect(report.manifests).toHaveLength(3);
  });

  it('keeps untagged referrers of a kept image, and a subject of a tagged referrer (trap 45)', async () => {
    const image = await pushImage(origin, 'gc/refs', 'v1', { content: 'image' });
    const signature = await pushImage(origin, 'gc/refs', undefined, {
      content: 'signature',
      extra: { subject: descriptorOf(image), artifactType: 'application/x.sig' },
    });
    const onSignature = await pushImage(origin, 'gc/refs', undefined, {
      content: 'countersigned',
      extra: { subject: descriptorOf(signature), artifactType: 'application/x.sig' },
    });
    const subject = await pushImage(origin, 'gc/refs', undefined, { content: 'subject' });
    await pushImage(origin, 'gc/refs', 'tagged', {
      content: 'tagged artifact',
      extra: { subject: descriptorOf(subject) },
    });
    expect((await started.registry.collectGarbage({ graceMs: 0 })).freedBytes).toBe(0);
    for (const { digest } of [signature, onSignature, subject]) {
      expect(await statusOf(`gc/refs/manifests/${digest}`)).toBe(200);
    }
    await remove('gc/refs/manifests/v1');
    const report = await started.registry.collectGarbage({ graceMs: 0 });
    expect(report.manifests.map((manifest) => manifest.digest).toSorted()).toEqual(
      [image.digest, signature.digest, onSignature.digest].toSorted(),
    );
  });

  it('keeps untagged manifests when told to', async () => {
    const image = await pushImage(origin, 'gc/untagged');
    await started.registry.collectGarbage({ graceMs: 0, keepUntagged: true });
    expect(await statusOf(`gc/untagged/manifests/${image.digest}`)).toBe(200);
    await started.registry.collectGarbage({ graceMs: 0 });
    expect(await statusOf(`gc/untagged/manifests/${image.digest}`)).toBe(404);
  });

  it('keeps a blob that another repository uses', async () => {
    const one = await pushImage(origin, 'gc/one', 'v1', { content: 'shared' });
    await pushImage(origin, 'gc/two', 'v1', { content: 'shared' });
    await remove('gc/one/manifests/v1');
    await started.registry.collectGarbage();
    expect(await statusOf(`gc/one/blobs/${one.layers[0] ?? ''}`)).toBe(404);
    expect(await statusOf(`gc/two/blobs/${one.layers[0] ?? ''}`)).toBe(200);
  });

  it('sha512 content stays with its tag and frees its bytes once', async () => {
    const content = 'sha512 layer';
    const image = await pushImage(origin, 'gc/sha512', undefined, { algorithm: 'sha512', content });
    const tagged = `${image.digest}?tag=v1`;
    expect((await putManifest(origin, 'gc/sha512', tagged, image.bytes)).status).toBe(201);
    await started.registry.collectGarbage({ graceMs: 0 });
    expect(await statusOf('gc/sha512/manifests/v1')).toBe(200);
    expect(await statusOf(`gc/sha512/blobs/${image.layers[0] ?? ''}`)).toBe(200);
    await remove('gc/sha512/manifests/v1');
    const report = await started.registry.collectGarbage();
    const config = JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      rootfs: { type: 'layers', diff_ids: [] },
    });
    expect(report.freedBytes).toBe(image.bytes.length + content.length + config.length);
    expect(report.kept.blobBytes).toBe(0);
  });

  it('removes a repository that has nothing left, and its empty namespaces (pain 6)', async () => {
    await pushImage(origin, 'gc/deep/er/app', 'v1');
    await pushImage(origin, 'gc/other', 'v1', { content: 'other' });
    await remove('gc/deep/er/app/manifests/v1');
    const report = await started.registry.collectGarbage();
    expect(report.repositories).toEqual(['gc/deep/er/app']);
    const catalog = await fetch(`${origin}/v2/_catalog`);
    expect(await catalog.json()).toEqual({ repositories: ['gc/other'] });
    expect(readdirSync(`${started.storageDir}/docker/registry/v2/repositories/gc`)).toEqual([
      'other',
    ]);
    await pushImage(origin, 'gc/deep/er/app', 'v1');
    expect(await statusOf('gc/deep/er/app/manifests/v1')).toBe(200);
  });
});

describe('garbage collection while serving', () => {
  it('spares blobs that were just pushed and wait for their manifest', async () => {
    const blob = await pushBlob(origin, 'gc/fresh', 'no manifest yet');
    await started.registry.collectGarbage();
    expect(await statusOf(`gc/fresh/blobs/${blob.digest}`)).toBe(200);
    await started.registry.collectGarbage({ graceMs: 0 });
    expect(await statusOf(`gc/fresh/blobs/${blob.digest}`)).toBe(404);
    expect(hasBlob(blob.digest)).toBe(false);
  });

  it('spares an unused blob that a client asked for before its push', async () => {
    const image = await pushImage(origin, 'gc/asked', 'v1', { content: 'asked for' });
    await remove('gc/asked/manifests/v1');
    const layer = image.layers[0] ?? '';
    const head = await fetch(`${origin}/v2/gc/asked/blobs/${layer}`, { method: 'HEAD' });
    expect(head.status).toBe(200);
    await started.registry.collectGarbage();
    expect(await statusOf(`gc/asked/blobs/${layer}`)).toBe(200);
  });

  it('spares an untagged child that waits for its index', async () => {
    const child = await pushImage(origin, 'gc/child');
    await started.registry.collectGarbage();
    expect(await statusOf(`gc/child/manifests/${child.digest}`)).toBe(200);
  });

  it('does not take away what is being read', async () => {
    const content = Buffer.alloc(8_000_000, 'being read ');
    const blob = await pushBlob(origin, 'gc/reading', content);
    const received = await new Promise<string>((resolve, reject) => {
      http.get(`${origin}/v2/gc/reading/blobs/${blob.digest}`, (res) => {
        // The socket fills up and the answer stays unfinished until it is read on.
        res.pause();
        started.registry.collectGarbage({ graceMs: 0 }).then(() => {
          const chunks: Buffer[] = [];
          res.on('data', (chunk: Buffer) => chunks.push(chunk));
          res.on('end', () => {
            resolve(digestOf(Buffer.concat(chunks)));
          });
          res.resume();
        }, reject);
      });
    });
    expect(received).toBe(blob.digest);
    expect(hasBlob(blob.digest)).toBe(true);
  });

  it('loses nothing of pushes that go on at the same time', async () => {
    const stop = { isSet: false };
    const collecting = (async () => {
      while (!stop.isSet) await started.registry.collectGarbage({ graceMs: 0 });
    })();
    // With a grace of zero an interrupted push may be collected; one that was acknowledged and tagged may not.
    const refused: string[] = [];
    const pushed: { digest: string; name: string }[] = [];
    for (let round = 0; round < 15; round += 1) {
      const name = `gc/busy-${round % 3}`;
      try {
        const image = await pushImage(origin, name, `v${round}`, { content: `layer ${round}` });
        pushed.push({ digest: image.digest, name });
      } catch (error) {
        refused.push(String(error));
      }
    }
    stop.isSet = true;
    await collecting;
    expect(refused.filter((reason) => !reason.includes('404'))).toEqual([]);
    expect(pushed.length).toBeGreaterThan(0);
    for (const { name, digest } of pushed) {
      expect(await statusOf(`${name}/manifests/${digest}`)).toBe(200);
    }
  });

  it('keeps whole images when the grace window is longer than a push', async () => {
    const stop = { isSet: false };
    const collecting = (async () => {
      while (!stop.isSet) await started.registry.collectGarbage({ graceMs: 60_000 });
    })();
    for (let round = 0; round < 15; round += 1) {
      const image = await pushImage(origin, 'gc/graced', 'latest', { content: `layer ${round}` });
      for (const digest of [image.config, ...image.layers]) {
        expect(await statusOf(`gc/graced/blobs/${digest}`)).toBe(200);
      }
    }
    stop.isSet = true;
    await collecting;
  });

  it('stops when told to, says so, and the next run finishes the work', async () => {
    for (const tag of ['a', 'b', 'c']) {
      await pushImage(origin, 'gc/stopped', tag, { content: tag });
      await remove(`gc/stopped/manifests/${tag}`);
    }
    const stopping = new AbortController();
    stopping.abort();
    const first = await started.registry.collectGarbage({ signal: stopping.signal });
    expect(first.isInterrupted).toBe(true);
    expect(first.blobs).toEqual([]);
    const second = await started.registry.collectGarbage();
    expect(second.isInterrupted).toBe(false);
    expect(second.manifests).toHaveLength(3);
  });

  it('refuses a second collection at the same time', async () => {
    const first = started.registry.collectGarbage();
    await expect(started.registry.collectGarbage()).rejects.toThrow('already');
    await first;
  });

  it('removes uploads older than the purge age, and only those', async () => {
    await started.stop();
    started = await startLocalRegistry({ uploadMaxAgeMs: 400 });
    ({ origin } = started);
    const session = await fetch(`${origin}/v2/gc/uploads/blobs/uploads/`, { method: 'POST' });
    const location = `${origin}${session.headers.get('location') ?? ''}`;
    await fetch(location, { method: 'PATCH', body: Buffer.alloc(100) });
    expect((await fetch(location)).status).toBe(204);
    await expect.poll(async () => (await fetch(location)).status, { timeout: 10_000 }).toBe(404);
    const uploads = `${started.storageDir}/docker/registry/v2/repositories/gc/uploads/_uploads`;
    expect(existsSync(uploads) ? readdirSync(uploads) : []).toEqual([]);
  });
});
