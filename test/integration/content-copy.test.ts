import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { parseTag } from '#oci/tag';
import { addArtifact, addCosignSignature } from '#test/artifact-content';
import { createContentSet, type ContentSet } from '#test/content-set';
import { fill, findMissing, openRegistryStore } from '#test/content-stores';
import { startDockerRegistry, type DockerRegistry } from '#test/docker-registry';
import { startFaultProxy, type Fault, type FaultProxy } from '#test/fault-proxy';
import { addImage, addIndex, threePlatforms } from '#test/image-content';
import { startLocalRegistry, type StartedLocalRegistry } from '#test/local-registry';
import { realPart } from '#test/real-parts';
import { copyContent, openCopyState, type CopyEvent } from '#core/content/index';

const isMissing = realPart('docker-registry') === undefined;
const fresh = (): string => `team/${randomUUID()}`;
const items = [{ reference: parseTag('1.0'), tags: [parseTag('1.0')] }];
const retry = { baseMs: 5, budget: 200, maxRetries: 20, maxWaitMs: 200 };
const MIB = 1024 * 1024;

/** A signed index of three platforms with a layer of `layerBytes` each, which no compressor shrinks. */
function bigContent(layerBytes: number): ContentSet {
  const content = createContentSet();
  const images = threePlatforms.map((platform) => {
    const layer = content.addBlob(
      'application/vnd.oci.image.layer.v1.tar+gzip',
      randomBytes(layerBytes),
    );
    return addImage(content, { platform, moreLayers: [layer] });
  });
  const index = addIndex(content, images, { tags: ['1.0'] });
  addArtifact(content, { artifactType: 'application/x.sbom', content: 'sbom', subject: index });
  addCosignSignature(content, index);
  return content;
}

async function openProxy(origin: string): Promise<FaultProxy> {
  const proxy = await startFaultProxy(origin);
  onTestFinished(() => proxy.close());
  return proxy;
}

describe.skipIf(isMissing)('copying between registries', () => {
  let from: DockerRegistry;
  let to: DockerRegistry;
  let local: StartedLocalRegistry;
  beforeAll(async () => {
    [from, to, local] = await Promise.all([
      startDockerRegistry(),
      startDockerRegistry(),
      startLocalRegistry(),
    ]);
  });
  afterAll(() => Promise.all([from.stop(), to.stop(), local.stop()]));

  const seed = async (layerBytes: number): Promise<{ repository: string; content: ContentSet }> => {
    const repository = fresh();
    const content = bigContent(layerBytes);
    await fill(openRegistryStore(from.origin, repository), content);
    return { repository, content };
  };

  it('brings everything, and its referrers, to distribution and to the local registry (trap 43)', async () => {
    const { repository, content } = await seed(200_000);
    for (const { origin } of [to, local]) {
      const source = openRegistryStore(from.origin, repository);
      const target = openRegistryStore(origin, fresh());
      await copyContent({ source, target, items });
      expect(await findMissing(target, content)).toEqual([]);
      const again = await copyContent({ source, target, items });
      expect(again).toMatchObject({ sentBlobs: 0, manifests: 0, sentBytes: 0 });
    }
  });

  it('mounts within a registry, so that no blob byte moves (trap 30)', async () => {
    const { repository, content } = await seed(3 * MIB);
    const proxy = await openProxy(from.origin);
    const source = openRegistryStore(proxy.origin, repository);
    const target = openRegistryStore(proxy.origin, fresh());
    const report = await copyContent({ source, target, items });
    expect(report).toMatchObject({ mountedBlobs: content.blobs.size, sentBlobs: 0 });
    expect(proxy.upBytes()).toBeLessThan(100_000);
    expect(await findMissing(target, content)).toEqual([]);
  });

  it('retags without moving a blob', async () => {
    const { repository, content } = await seed(3 * MIB);
    const proxy = await openProxy(from.origin);
    const store = openRegistryStore(proxy.origin, repository);
    const stable = [{ reference: parseTag('1.0'), tags: [parseTag('stable')] }];
    await copyContent({ source: store, target: store, items: stable });
    expect((await store.resolve(parseTag('stable')))?.digest).toBe(content.tags.get('1.0'));
    expect(proxy.upBytes()).toBeLessThan(100_000);
  });

  it.each([1, 2, 3, 4, 5, 6])(
    'holds exactly the source after connections broke at random bytes, round %i',
    async () => {
      const { repository, content } = await seed(5 * MIB);
      const [near, far] = [await openProxy(from.origin), await openProxy(local.origin)];
      const source = openRegistryStore(near.origin, repository);
      const target = openRegistryStore(far.origin, fresh());
      const kinds = ['cut', 'reset'] as const;
      const faults = (direction: Fault['direction']): Fault[] =>
        Array.from({ length: 4 }, () => ({
          kind: kinds[randomInt(2)] ?? 'cut',
          direction,
          afterBytes: randomInt(5 * MIB),
        }));
      near.plan(...faults('down'));
      far.plan(...faults('up'));
      await copyContent({ source, target, items }, { retry });
      expect(near.faultCount() + far.faultCount()).toBeGreaterThan(0);
      expect(await findMissing(target, content)).toEqual([]);
    },
  );

  it('goes on in another run with what the first one left', async () => {
    const { repository, content } = await seed(6 * MIB);
    const folder = await mkdtemp(path.join(tmpdir(), 'tagboat-copy-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const file = path.join(folder, 'state.json');
    const into = fresh();
    const proxy = await openProxy(local.origin);
    proxy.throttle(20 * MIB);
    const abort = new AbortController();
    const first = openRegistryStore(proxy.origin, into);
    const source = openRegistryStore(from.origin, repository);
    const running = copyContent(
      { source, target: first, items },
      { signal: abort.signal, state: await openCopyState(file, first.name), blobsAtOnce: 1 },
    );
    await Promise.all([
      expect(running).rejects.toMatchObject({ code: 'cancelled' }),
      vi
        .waitFor(() => expect(proxy.upBytes()).toBeGreaterThan(3 * MIB), { timeout: 20_000 })
        .then(() => abort.abort()),
    ]);
    // Whoever is cancelled lets go of every connection.
    await vi.waitFor(() => expect(proxy.openCount()).toBe(0), { timeout: 1000 });
    expect(await first.listTags()).toEqual([]);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
      sessions: expect.objectContaining({}) as object,
    });

    proxy.throttle(0);
    const events: CopyEvent[] = [];
    const target = openRegistryStore(proxy.origin, into);
    const before = proxy.upBytes();
    await copyContent(
      { source, target, items },
      {
        state: await openCopyState(file, target.name),
        onEvent: (event) => events.push(event),
        retry,
      },
    );
    expect(await findMissing(target, content)).toEqual([]);
    // 18 MiB in all; what arrived before is not sent again.
    expect(proxy.upBytes() - before).toBeLessThan(16.5 * MIB);
    await expect(readFile(file, 'utf8')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('goes on by itself when an end stalls for too long', async () => {
    const { repository, content } = await seed(2 * MIB);
    const proxy = await openProxy(from.origin);
    const limits = { bodyIdleMs: 300, headersMs: 300 };
    const source = openRegistryStore(proxy.origin, repository, { limits });
    const target = openRegistryStore(to.origin, fresh());
    proxy.plan({ kind: 'stall', direction: 'down', afterBytes: 1_000_000 });
    await copyContent({ source, target, items }, { retry });
    expect(proxy.faultCount()).toBe(1);
    expect(await findMissing(target, content)).toEqual([]);
  });

  it.skipIf(realPart('htpasswd') === undefined)(
    'stops before any blob is sent where it may not push',
    async () => {
      const { repository } = await seed(2 * MIB);
      const closed = await startDockerRegistry({ htpasswd: { ann: 'secret' } });
      onTestFinished(() => closed.stop());
      const proxy = await openProxy(closed.origin);
      const source = openRegistryStore(from.origin, repository);
      const target = openRegistryStore(proxy.origin, fresh());
      await expect(copyContent({ source, target, items })).rejects.toMatchObject({
        name: 'CopyError',
        side: 'target',
        code: 'unauthorized',
      });
      expect(proxy.upBytes()).toBeLessThan(100_000);
    },
  );
});
