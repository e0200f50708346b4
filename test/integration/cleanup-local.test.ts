import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addArtifact, addCosignSignature } from '#test/artifact-content';
import { isUnpullable, openScene, pull, type Scene } from '#test/cleanup-scene';
import { createContentSet } from '#test/content-set';
import { addImage, addIndex, threePlatforms } from '#test/image-content';
import { startLocalRegistry, type StartedLocalRegistry } from '#test/local-registry';
import { pushContent } from '#test/push-set';
import { realPart } from '#test/real-parts';
import { digest, tag } from '#test/registry-calls';
import { pushMultiPlatform, pushSampleImage } from '#test/sample-images';

/** Deletes tags by their name and answers the referrers API, as distribution 3 and the OCI specification have it. */
describe.skipIf(realPart('skopeo') === undefined)('changes on the local registry', () => {
  let registry: StartedLocalRegistry;
  beforeAll(async () => {
    registry = await startLocalRegistry();
  });
  afterAll(() => registry.stop());

  const host = (): string => new URL(registry.origin).host;
  const open = (name: string): Promise<Scene> => openScene(registry, name);
  const pullOf = (name: string, reference: string) => pull(host(), name, reference);

  it('is known by a probe to delete tags and digests and to list referrers', async () => {
    await pushSampleImage(registry, 'local/probe', ['1.0']);
    const usage = await registry.registry.check({ isDeep: true });
    const scene = await open('local/probe');
    expect(scene.capabilities).toMatchObject({
      catalog: { answer: 'yes', how: 'probed' },
      push: { answer: 'yes', how: 'probed' },
      deleteByTag: { answer: 'yes', how: 'probed' },
      deleteByDigest: { answer: 'yes', how: 'probed' },
      referrers: { answer: 'yes', how: 'probed' },
    });
    expect((await registry.registry.check({ isDeep: true })).problems).toEqual(usage.problems);
    expect(Object.keys(await scene.tags())).toEqual(['1.0']);
  });

  it('adds, moves and renames tags, and undo takes each back (trap 19)', async () => {
    const name = 'local/tags';
    const one = (await pushSampleImage(registry, name, ['1.0', 'stable'])).digest;
    const two = (await pushSampleImage(registry, name, ['2.0'], { labels: { n: '2' } })).digest;
    const scene = await open(name);
    const before = await scene.tags();
    const report = await scene.change(
      { kind: 'tag', tag: tag('copy'), digest: digest(one) },
      { kind: 'move-tag', tag: tag('stable'), digest: digest(two) },
      { kind: 'rename-tag', from: tag('2.0'), to: tag('2') },
    );
    expect(report).toMatchObject({ outcome: 'done', lostTags: [] });
    expect(await scene.tags()).toEqual({ '1.0': one, '2': two, copy: one, stable: two });
    expect(await pullOf(name, '2')).toBe(two);
    expect(await pullOf(name, 'copy')).toBe(one);
    expect((await scene.undo(report.id)).report.outcome).toBe('done');
    expect(await scene.tags()).toEqual(before);
    expect(await pullOf(name, '2.0')).toBe(two);
  });

  it('untags by name alone; the other tag and the digest still pull (trap 1, trap 2)', async () => {
    const name = 'local/untag';
    const image = (await pushSampleImage(registry, name, ['a', 'b'])).digest;
    const scene = await open(name);
    const planned = await scene.plan({ kind: 'untag', tag: tag('a') });
    expect(planned.plan.steps).toMatchObject([{ kind: 'untag', method: 'delete-by-tag' }]);
    const report = await scene.execute(planned);
    expect(report).toMatchObject({ outcome: 'done', lostTags: [] });
    expect(report.learned).toMatchObject({ deleteByTag: { answer: 'yes', how: 'seen' } });
    expect(await scene.tags()).toEqual({ b: image });
    expect(await isUnpullable(host(), name, 'a')).toBe(true);
    const last = await scene.change({ kind: 'untag', tag: tag('b') });
    expect(last.outcome).toBe('done');
    expect(await scene.tags()).toEqual({});
    expect(await pullOf(name, image)).toBe(image);
    await scene.undo(last.id);
    await scene.undo(report.id);
    expect(await scene.tags()).toEqual({ a: image, b: image });
  });

  it('deletes an index, leaves the child that another index needs, and undo restores all (trap 11, trap 14)', async () => {
    const name = 'local/index';
    const content = createContentSet();
    const [first, second, third] = threePlatforms.map((platform) =>
      addImage(content, { platform, labels: { name } }),
    );
    if (!first || !second || !third) throw new Error('three platforms are three');
    const doomed = addIndex(content, [first, second], { tags: ['doomed'] });
    const kept = addIndex(content, [second, third], { tags: ['kept'] });
    await pushContent(registry, name, content);
    const scene = await open(name);
    const before = await scene.tags();
    const report = await scene.change({ kind: 'delete-tag', tag: tag('doomed') });
    expect(report).toMatchObject({ outcome: 'done', lostTags: [] });
    expect(await isUnpullable(host(), name, first.digest)).toBe(true);
    expect(await pullOf(name, 'kept')).toBe(kept.digest);
    expect(await pullOf(name, second.digest)).toBe(second.digest);
    expect((await scene.undo(report.id)).report.outcome).toBe('done');
    expect(await scene.tags()).toEqual(before);
    expect(await pullOf(name, 'doomed')).toBe(doomed.digest);
  });

  it('takes referrers of the API along, and those of referrers; undo lists them again (trap 43, trap 45)', async () => {
    const name = 'local/referrers';
    const content = createContentSet();
    const image = addImage(content, { tags: ['1.0'], labels: { name } });
    const artifactType = 'application/spdx+json';
    const sbom = addArtifact(content, { artifactType, content: 'sbom', subject: image });
    const signature = addArtifact(content, {
      artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      content: 'signed',
      subject: sbom,
    });
    const cosign = addCosignSignature(content, image);
    await pushContent(registry, name, content);
    const scene = await open(name);
    const before = await scene.tags();
    const report = await scene.change({ kind: 'delete-tag', tag: tag('1.0') });
    expect(report).toMatchObject({ outcome: 'done', lostTags: [] });
    expect(report.results.map(({ step }) => step.kind)).not.toContain('update-list');
    for (const gone of [image, sbom, signature, cosign]) {
      expect(await scene.repository.resolve(digest(gone.digest))).toBeUndefined();
    }
    expect(await scene.tags()).toEqual({});
    expect((await scene.undo(report.id)).report.outcome).toBe('done');
    expect(await scene.tags()).toEqual(before);
    const listed = await scene.repository.listReferrers(digest(image.digest));
    expect(listed.descriptors).toMatchObject([{ digest: sbom.digest, artifactType }]);
    expect(await pullOf(name, '1.0')).toBe(image.digest);
    expect(await pullOf(name, signature.digest)).toBe(signature.digest);
  });

  it('keeps an image to which a signature was pushed after the plan was made (trap 10, trap 45)', async () => {
    const name = 'local/race';
    const content = createContentSet();
    const image = addImage(content, { tags: ['1.0'], labels: { name } });
    await pushContent(registry, name, content);
    const scene = await open(name);
    const planned = await scene.plan({ kind: 'delete-tag', tag: tag('1.0') });
    const late = createContentSet();
    const artifactType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
    addArtifact(late, { artifactType, content: 'late', subject: image });
    await pushContent(registry, name, late);
    const report = await scene.execute(planned);
    expect(report.outcome).toBe('done-with-exceptions');
    expect(report.results).toMatchObject([{ state: 'skipped', note: 'referrer-meanwhile' }]);
    expect(await pullOf(name, '1.0')).toBe(image.digest);
  });

  it('leaves alone what moved between plan and run (trap 10)', async () => {
    const name = 'local/moved';
    const one = (await pushSampleImage(registry, name, ['a', 'b'])).digest;
    const scene = await open(name);
    const planned = await scene.plan(
      { kind: 'untag', tag: tag('b') },
      { kind: 'delete-tag', tag: tag('a') },
    );
    const two = (await pushSampleImage(registry, name, ['b'], { labels: { n: '2' } })).digest;
    const report = await scene.execute(planned);
    expect(report.lostTags).toEqual([]);
    expect(await scene.tags()).toEqual({ b: two });
    expect(await pullOf(name, 'b')).toBe(two);
    expect((await scene.undo(report.id)).changedMeanwhile).toEqual(['b']);
    expect(await scene.tags()).toEqual({ a: one, b: two });
  });

  it('says after garbage collection what cannot come back', async () => {
    const own = await startLocalRegistry();
    try {
      const name = 'local/collected';
      const index = await pushMultiPlatform(own, name, ['gone']);
      const kept = await pushSampleImage(own, name, ['kept'], { labels: { n: 'kept' } });
      const scene = await openScene(own, name);
      const report = await scene.change({ kind: 'delete-tag', tag: tag('gone') });
      expect(report.outcome).toBe('done');
      await own.registry.collectGarbage({ graceMs: 0 });
      const undo = await scene.planUndo(report.id);
      expect(undo.plan.blockers).toMatchObject([{ code: 'nothing-to-do' }]);
      expect(undo.cannotComeBack).toContainEqual(
        expect.objectContaining({
          digest: index.digest,
          tags: ['gone'],
          reason: expect.objectContaining({ code: 'child-gone' }) as unknown,
        }),
      );
      expect(await pull(new URL(own.origin).host, name, 'kept')).toBe(kept.digest);
    } finally {
      await own.stop();
    }
  });
});
