import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isUnpullable, openScene, pull, type Scene } from '#test/cleanup-scene';
import { collectWithDistribution } from '#test/distribution';
import { startDockerRegistry, type DockerRegistry } from '#test/docker-registry';
import { realPart } from '#test/real-parts';
import { digest, tag } from '#test/registry-calls';
import { pushDockerImage, pushMultiPlatform, pushSampleImage } from '#test/sample-images';

const isMissing = realPart('docker-registry') === undefined || realPart('skopeo') === undefined;

describe.skipIf(isMissing)('changes of a repository on CNCF distribution', () => {
  let registry: DockerRegistry;
  beforeAll(async () => {
    registry = await startDockerRegistry();
  });
  afterAll(() => registry.stop());

  const open = (name: string): Promise<Scene> => openScene(registry, name);
  const pullOf = (name: string, reference: string) => pull(registry.host, name, reference);

  /** Two tags on one image and one on another. */
  const pushTwo = async (name: string) => {
    const one = await pushSampleImage(registry, name, ['1.0', 'stable'], { labels: { n: name } });
    const two = await pushSampleImage(registry, name, ['2.0'], { labels: { n: `${name} two` } });
    return { one: one.digest, two: two.digest };
  };

  it('adds a tag with the very bytes, and undo takes only the tag away (trap 19)', async () => {
    const { one, two } = await pushTwo('tags/add');
    const scene = await open('tags/add');
    const before = await scene.tags();
    const report = await scene.change({ kind: 'tag', tag: tag('copy'), digest: digest(one) });
    expect(report).toMatchObject({ outcome: 'done', lostTags: [], results: [{ state: 'done' }] });
    expect(await scene.tags()).toEqual({ '1.0': one, '2.0': two, copy: one, stable: one });
    expect(await pullOf('tags/add', 'copy')).toBe(one);
    expect((await scene.undo(report.id)).report).toMatchObject({ outcome: 'done' });
    expect(await scene.tags()).toEqual(before);
    expect(await pullOf('tags/add', '1.0')).toBe(one);
  });

  it('keeps Docker media types and the index of all platforms when it tags (trap 19)', async () => {
    const docker = await pushDockerImage(registry, 'tags/types', 'docker');
    const index = await pushMultiPlatform(registry, 'tags/types', ['multi']);
    const scene = await open('tags/types');
    const report = await scene.change(
      { kind: 'tag', tag: tag('docker-2'), digest: digest(docker) },
      { kind: 'tag', tag: tag('multi-2'), digest: digest(index.digest) },
    );
    expect(report.outcome).toBe('done');
    expect(await pullOf('tags/types', 'docker-2')).toBe(docker);
    expect(await pullOf('tags/types', 'multi-2')).toBe(index.digest);
  });

  it('moves a tag without a moment in which it is gone, and undo moves it back', async () => {
    const { one, two } = await pushTwo('tags/move');
    const scene = await open('tags/move');
    const before = await scene.tags();
    const planned = await scene.plan({ kind: 'move-tag', tag: tag('stable'), digest: digest(two) });
    expect(planned.plan.steps.map(({ kind }) => kind)).toEqual(['put-tag']);
    const report = await scene.execute(planned);
    expect(report.outcome).toBe('done');
    expect(await scene.tags()).toEqual({ '1.0': one, '2.0': two, stable: two });
    expect(await pullOf('tags/move', 'stable')).toBe(two);
    expect((await scene.undo(report.id)).report.outcome).toBe('done');
    expect(await scene.tags()).toEqual(before);
    expect(await pullOf('tags/move', 'stable')).toBe(one);
  });

  it('renames a tag by putting the new name first (trap 3)', async () => {
    const { one } = await pushTwo('tags/rename');
    const scene = await open('tags/rename');
    const before = await scene.tags();
    const planned = await scene.plan({
      kind: 'rename-tag',
      from: tag('stable'),
      to: tag('current'),
    });
    expect(planned.plan.steps.map(({ kind }) => kind)).toEqual(['put-tag', 'untag']);
    const report = await scene.execute(planned);
    expect(report).toMatchObject({ outcome: 'done', lostTags: [] });
    expect(Object.keys(await scene.tags())).toEqual(['1.0', '2.0', 'current']);
    expect(await pullOf('tags/rename', 'current')).toBe(one);
    expect((await scene.undo(report.id)).report.outcome).toBe('done');
    expect(await scene.tags()).toEqual(before);
    expect(await pullOf('tags/rename', 'stable')).toBe(one);
  });

  it.each(['oci', 'docker'] as const)(
    'untags one of two tags on an %s image by a placeholder; the other still pulls (trap 1, trap 2, trap 3)',
    async (family) => {
      const name = `untag/${family}`;
      const image = await pushSampleImage(registry, name, ['a', 'b'], { family });
      const scene = await open(name);
      expect(scene.capabilities.deleteByTag.answer).toBe('no');
      const planned = await scene.plan({ kind: 'untag', tag: tag('a') });
      expect(planned.plan.steps).toMatchObject([
        { kind: 'untag', method: 'placeholder', siblings: ['b'] },
      ]);
      const report = await scene.execute(planned);
      expect(report).toMatchObject({ outcome: 'done', lostTags: [] });
      expect(await scene.tags()).toEqual({ b: image.digest });
      expect(await pullOf(name, 'b')).toBe(image.digest);
      expect(await isUnpullable(registry.host, name, 'a')).toBe(true);
      expect((await scene.undo(report.id)).report.outcome).toBe('done');
      expect(await pullOf(name, 'a')).toBe(image.digest);
    },
  );

  it('untags the last tag and leaves the image, which pulls by its digest (trap 11)', async () => {
    const image = await pushSampleImage(registry, 'untag/last', ['only']);
    const scene = await open('untag/last');
    const report = await scene.change({ kind: 'untag', tag: tag('only') });
    expect(report.outcome).toBe('done');
    expect(await scene.tags()).toEqual({});
    expect(await pullOf('untag/last', image.digest)).toBe(image.digest);
    expect((await scene.undo(report.id)).report.outcome).toBe('done');
    expect(await pullOf('untag/last', 'only')).toBe(image.digest);
  });

  it('deletes an image with all its tags as one deletion, and undo brings every tag back (trap 1, trap 8)', async () => {
    const { one, two } = await pushTwo('image/all');
    const scene = await open('image/all');
    const before = await scene.tags();
    const planned = await scene.plan(
      { kind: 'delete-tag', tag: tag('1.0') },
      { kind: 'delete-tag', tag: tag('stable') },
    );
    expect(planned.plan.steps).toMatchObject([{ kind: 'delete-manifest', digest: one }]);
    const report = await scene.execute(planned);
    expect(report).toMatchObject({ outcome: 'done', lostTags: [] });
    expect(await scene.tags()).toEqual({ '2.0': two });
    expect(await isUnpullable(registry.host, 'image/all', one)).toBe(true);
    expect(await pullOf('image/all', '2.0')).toBe(two);
    const undone = await scene.undo(report.id);
    expect(undone).toMatchObject({ cannotComeBack: [], changedMeanwhile: [] });
    expect(await scene.tags()).toEqual(before);
    expect(await pullOf('image/all', 'stable')).toBe(one);
  });

  it('does not delete an image one of whose tags was not given up (trap 1)', async () => {
    const { one } = await pushTwo('image/some');
    const scene = await open('image/some');
    const { plan } = await scene.plan({
      kind: 'delete-image',
      digest: digest(one),
      tags: [tag('1.0')],
    });
    expect(plan.steps).toEqual([]);
    expect(plan.blockers).toMatchObject([{ code: 'nothing-to-do' }]);
    expect(plan.items).toContainEqual(
      expect.objectContaining({
        target: { kind: 'manifest', digest: one },
        verdict: 'refused',
        // The tag that was not given up is named, not the one that was.
        reason: { code: 'tagged', tags: ['stable'] },
      }),
    );
  });

  it('says after garbage collection what cannot come back, and brings back the rest', async () => {
    const own = await startDockerRegistry();
    try {
      const name = 'image/collected';
      const gone = await pushSampleImage(own, name, ['gone'], { labels: { only: 'here' } });
      const kept = await pushSampleImage(own, name, ['kept', 'also'], { labels: { n: 'kept' } });
      const scene = await openScene(own, name);
      const report = await scene.change(
        { kind: 'delete-tag', tag: tag('gone') },
        { kind: 'untag', tag: tag('also') },
      );
      expect(await scene.tags()).toEqual({ kept: kept.digest });
      await collectWithDistribution(own.storageDir);
      const undone = await scene.undo(report.id);
      expect(undone.cannotComeBack).toMatchObject([
        { digest: gone.digest, tags: ['gone'], reason: { code: 'blobs-gone' } },
      ]);
      expect(await scene.tags()).toEqual({ also: kept.digest, kept: kept.digest });
    } finally {
      await own.stop();
    }
  });
});
