import { describe, expect, it } from 'vitest';
import { parseDigest } from '#oci/digest';
import { parseTag } from '#oci/tag';
import { addArtifact, addAttestation, addCosignSignature } from '#test/artifact-content';
import { createContentSet, type ContentSet } from '#test/content-set';
import { fill, findMissing } from '#test/content-stores';
import { addImage, addIndex, amd64, mediaTypes, threePlatforms } from '#test/image-content';
import { RegistryError } from '#core/registry/index';
import {
  copyContent,
  planCopy,
  runCopy,
  createMemoryStore,
  type ContentTarget,
  type CopyEvent,
} from '#core/content/index';

const tag = parseTag;

async function sourceOf(content: ContentSet): Promise<ContentTarget> {
  const store = createMemoryStore('source');
  await fill(store, content);
  return store;
}

function signedIndex() {
  const content = createContentSet();
  const images = threePlatforms.map((platform) => addImage(content, { platform }));
  const attestations = images.map((image) => addAttestation(content, image));
  const index = addIndex(content, [...images, ...attestations], { tags: ['1.0'] });
  const sbom = addArtifact(content, {
    artifactType: 'application/spdx+json',
    content: '{"sbom":1}',
    subject: index,
  });
  const onSbom = addArtifact(content, {
    artifactType: 'application/vnd.cncf.notary.signature',
    content: 'signature of the sbom',
    subject: sbom,
  });
  const signature = addCosignSignature(content, index);
  return { content, index, images, attestations, sbom, onSbom, signature };
}

const all = { reference: tag('1.0'), tags: [tag('1.0')] };

describe('copying between two stores', () => {
  it('brings index, children, attestations, referrers of referrers and cosign tags, byte for byte', async () => {
    const { content } = signedIndex();
    const [source, target] = [await sourceOf(content), createMemoryStore('target')];
    const report = await copyContent({ source, target, items: [all] });
    expect(await findMissing(target, content)).toEqual([]);
    expect(report).toMatchObject({ sentBlobs: content.blobs.size, presentBlobs: 0 });
    expect(report.manifests).toBe(content.manifests.size);
  });

  it('sends nothing the second time', async () => {
    const { content } = signedIndex();
    const [source, target] = [await sourceOf(content), createMemoryStore('target')];
    await copyContent({ source, target, items: [all] });
    const plan = await planCopy({ source, target, items: [all] });
    expect(plan.bytesToSend).toBe(0);
    expect(plan.tags.map(({ action }) => action)).toEqual(['unchanged', 'unchanged']);
    expect(await runCopy(plan)).toMatchObject({ sentBlobs: 0, sentBytes: 0, manifests: 0 });
  });

  it('leaves behind what is attached when told to', async () => {
    const { content, index } = signedIndex();
    const [source, target] = [await sourceOf(content), createMemoryStore('target')];
    await copyContent({ source, target, items: [all], withReferrers: false });
    expect(await target.referrers(parseDigest(index.digest))).toEqual([]);
    expect(await target.listTags()).toEqual(['1.0']);
  });

  it('copies chosen platforms with their attestations, and says what that costs (trap 18)', async () => {
    const { content, index, images, attestations } = signedIndex();
    const [source, target] = [await sourceOf(content), createMemoryStore('target')];
    const platforms = [{ os: 'linux', architecture: 'arm64' }];
    const plan = await planCopy({ source, target, items: [all], platforms });
    expect(plan.warnings).toMatchObject([{ code: 'platforms-dropped' }]);
    await runCopy(plan);
    const copied = await target.getManifest(tag('1.0'));
    expect(copied.digest).not.toBe(index.digest);
    const { manifest } = copied;
    if (manifest.kind !== 'index') throw new Error('an index was expected');
    expect(manifest.manifests.map(({ digest }) => String(digest))).toEqual([
      images[1]?.digest,
      attestations[1]?.digest,
    ]);
    expect(await target.listTags()).toEqual(['1.0']);
  });

  it('keeps the digest when every platform is chosen, and names platforms that are not there', async () => {
    const { content, index } = signedIndex();
    const [source, target] = [await sourceOf(content), createMemoryStore('target')];
    await copyContent({ source, target, items: [all], platforms: threePlatforms });
    expect((await target.resolve(tag('1.0')))?.digest).toBe(index.digest);
    const platforms = [{ os: 'windows', architecture: 'amd64' }];
    await expect(planCopy({ source, target, items: [all], platforms })).rejects.toMatchObject({
      name: 'CopyError',
      side: 'source',
      code: 'platform-missing',
      message: expect.stringMatching(/windows\/amd64.*linux\/arm64/su) as string,
    });
  });

  it('walks shared content once for many tags', async () => {
    const content = createContentSet();
    for (let number = 0; number < 50; number += 1) {
      addImage(content, { labels: { number: String(number) }, tags: [`t${number}`] });
    }
    const [source, target] = [await sourceOf(content), createMemoryStore('target')];
    const asked: string[] = [];
    const counting: ContentTarget = {
      ...target,
      name: target.name,
      hasBlobs: (descriptors, options) => {
        asked.push(...descriptors.map(({ digest }) => digest));
        return target.hasBlobs(descriptors, options);
      },
    };
    const items = [...content.tags.keys()].map((name) => ({
      reference: tag(name),
      tags: [tag(name)],
    }));
    await copyContent({ source, target: counting, items });
    expect(asked).toHaveLength(new Set(asked).size);
    expect(asked).toHaveLength(content.blobs.size);
    expect(await findMissing(target, content)).toEqual([]);
  });

  it('passes foreign, encrypted and zstd layers and Docker types through untouched (traps 36 and 37)', async () => {
    const content = createContentSet();
    const foreign = {
      mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
      digest: `sha256:${'f'.repeat(64)}`,
      size: 1234,
      urls: ['https://example.invalid/layer'],
    };
    const encrypted = content.addBlob(
      'application/vnd.oci.image.layer.v1.tar+gzip+encrypted',
      'not to be read',
    );
    addImage(content, { moreLayers: [foreign, encrypted], compression: 'zstd', tags: ['1.0'] });
    const docker = addImage(content, { family: 'docker', labels: { a: 'b' } });
    addIndex(content, [addIndex(content, [docker])], { family: 'docker', tags: ['nested'] });
    const [source, target] = [await sourceOf(content), createMemoryStore('target')];
    const items = [all, { reference: tag('nested'), tags: [tag('nested')] }];
    const report = await copyContent({ source, target, items });
    expect(await findMissing(target, content)).toEqual([]);
    expect(report.skippedBlobs).toEqual([foreign.digest]);
  });

  it('tells which tag it moves, with the digest that puts it back', async () => {
    const content = createContentSet();
    const image = addImage(content, { tags: ['1.0'] });
    const [source, target] = [await sourceOf(content), createMemoryStore('target')];
    const older = createContentSet();
    const old = addImage(older, { labels: { old: 'yes' }, tags: ['1.0'] });
    await fill(target, older);
    const plan = await planCopy({ source, target, items: [all] });
    expect(plan.tags).toEqual([
      { tag: '1.0', digest: image.digest, action: 'overwrite', replaces: old.digest },
    ]);
    expect(plan.warnings).toMatchObject([{ code: 'tag-overwritten', digest: old.digest }]);
    expect((await target.resolve(tag('1.0')))?.digest).toBe(old.digest);
    const events: CopyEvent[] = [];
    await runCopy(plan, { onEvent: (event) => events.push(event) });
    expect(events).toContainEqual({
      kind: 'tag',
      tag: '1.0',
      digest: image.digest,
      replaced: old.digest,
    });
    await target.tag(tag('1.0'), parseDigest(old.digest));
    expect((await target.resolve(tag('1.0')))?.digest).toBe(old.digest);
  });

  it('leaves a tag alone that somebody moved after the plan (trap 10)', async () => {
    const content = createContentSet();
    addImage(content, { tags: ['1.0'] });
    const [source, target] = [await sourceOf(content), createMemoryStore('target')];
    const plan = await planCopy({ source, target, items: [all] });
    const theirs = createContentSet();
    const moved = addImage(theirs, { labels: { theirs: 'yes' }, tags: ['1.0'] });
    await fill(target, theirs);
    await expect(runCopy(plan)).rejects.toMatchObject({
      side: 'target',
      code: 'changed-meanwhile',
    });
    expect((await target.resolve(tag('1.0')))?.digest).toBe(moved.digest);
  });

  it('refuses an index whose children the source lacks, before anything is sent (trap 18)', async () => {
    const content = createContentSet();
    const image = addImage(content);
    const absent = {
      mediaType: mediaTypes.oci.manifest,
      digest: `sha256:${'e'.repeat(64)}`,
      size: 400,
      platform: { os: 'linux', architecture: 's390x' },
    };
    addIndex(content, [image, absent], { tags: ['1.0'] });
    const [source, target] = [await sourceOf(content), createMemoryStore('target')];
    await expect(copyContent({ source, target, items: [all] })).rejects.toMatchObject({
      side: 'source',
      digest: absent.digest,
      code: 'content-incomplete',
    });
    expect(await target.listTags()).toEqual([]);
    await copyContent({ source, target, items: [all] }, { allowMissing: true });
    expect(await findMissing(target, content)).toEqual([]);
    const chosen = createMemoryStore('chosen');
    await copyContent({ source, target: chosen, items: [all], platforms: [amd64] });
    expect(await chosen.listTags()).toEqual(['1.0']);
  });
});

describe('copying with faults', () => {
  const failing = (error: Error): RegistryError =>
    new RegistryError('connection-lost', 'The connection broke.', {
      host: 'registry.example',
      step: 'blob',
      cause: error,
    });
  const setUp = async () => {
    const content = createContentSet();
    addImage(content, { tags: ['1.0'] });
    const [source, target] = [await sourceOf(content), createMemoryStore('target')];
    return { content, source, target };
  };

  it('tries again within a budget and then names side and blob', async () => {
    const { content, source, target } = await setUp();
    let fails = 0;
    const flaky = (most: number): ContentTarget => ({
      ...source,
      name: 'flaky',
      openBlob: (descriptor, options) => {
        fails += 1;
        if (fails <= most) return Promise.reject(failing(new Error('cut')));
        return source.openBlob(descriptor, options);
      },
    });
    const events: CopyEvent[] = [];
    const options = { retry: { baseMs: 1 }, onEvent: (event: CopyEvent) => events.push(event) };
    await copyContent({ source: flaky(4), target, items: [all] }, options);
    expect(await findMissing(target, content)).toEqual([]);
    expect(events.filter(({ kind }) => kind === 'retry')).toHaveLength(4);

    fails = 0;
    const always = flaky(Number.POSITIVE_INFINITY);
    const request = { source: always, target: createMemoryStore('empty'), items: [all] };
    const retry = { baseMs: 1, budget: 3 };
    await expect(copyContent(request, { retry, blobsAtOnce: 1 })).rejects.toMatchObject({
      name: 'CopyError',
      side: 'source',
      code: 'connection-lost',
      digest: expect.stringMatching(/^sha256:/u) as string,
    });
    expect(fails).toBe(4);
  });

  it('stops at once at what another try cannot mend', async () => {
    const { source, target } = await setUp();
    let puts = 0;
    const forbidden: ContentTarget = {
      ...target,
      name: 'forbidden',
      putBlob: () => {
        puts += 1;
        const place = { host: 'registry.example', step: 'blob' } as const;
        return Promise.reject(new RegistryError('denied', 'It does not allow this.', place));
      },
    };
    const copying = copyContent({ source, target: forbidden, items: [all] }, { blobsAtOnce: 1 });
    await expect(copying).rejects.toMatchObject({ side: 'target', code: 'denied' });
    expect(puts).toBe(1);
  });

  it('never acknowledges wrong bytes of the source', async () => {
    const { content, source, target } = await setUp();
    const liar: ContentTarget = {
      ...source,
      name: 'liar',
      openBlob: async (descriptor, options) => {
        const opened = await source.openBlob(descriptor, options);
        async function* body(): AsyncGenerator<Uint8Array> {
          for await (const chunk of opened.body) yield Buffer.from(chunk).fill(0, 0, 1);
        }
        return { ...opened, body: body() };
      },
    };
    await expect(copyContent({ source: liar, target, items: [all] })).rejects.toMatchObject({
      side: 'source',
      code: 'digest-mismatch',
    });
    const descriptors = [...content.blobs].map(([digest, bytes]) => ({
      mediaType: 'x',
      digest: parseDigest(digest),
      size: bytes.length,
    }));
    expect(await target.hasBlobs(descriptors)).toEqual(new Set());
    expect(await target.listTags()).toEqual([]);
  });

  it('ends when it is cancelled, and leaves no tag', async () => {
    const { source, target } = await setUp();
    const abort = new AbortController();
    const stalled: ContentTarget = {
      ...source,
      name: 'stalled',
      openBlob: (_, options) =>
        new Promise((_, reject) => {
          options?.signal?.addEventListener('abort', () => reject(new Error('stopped')));
          setTimeout(() => abort.abort(), 5);
        }),
    };
    const { signal } = abort;
    await expect(
      copyContent({ source: stalled, target, items: [all] }, { signal }),
    ).rejects.toMatchObject({ code: 'cancelled' });
    expect(await target.listTags()).toEqual([]);
  });
});
