import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isUnpullable, openScene, pull, type Scene } from '#test/cleanup-scene';
import { createContentSet, type Descriptor } from '#test/content-set';
import { startDockerRegistry, type DockerRegistry } from '#test/docker-registry';
import { addAttestation } from '#test/artifact-content';
import { addImage, addIndex, threePlatforms } from '#test/image-content';
import { pushContent } from '#test/push-set';
import { realPart } from '#test/real-parts';
import { digest, tag } from '#test/registry-calls';
import { pushMultiPlatform } from '#test/sample-images';

const isMissing = realPart('docker-registry') === undefined || realPart('skopeo') === undefined;

describe.skipIf(isMissing)('indexes on CNCF distribution', () => {
  let registry: DockerRegistry;
  beforeAll(async () => {
    registry = await startDockerRegistry();
  });
  afterAll(() => registry.stop());

  const pullOf = (name: string, reference: string) => pull(registry.host, name, reference);
  const isGone = (name: string, reference: string) => isUnpullable(registry.host, name, reference);

  const verdictOf = async (scene: Scene, name: string, of: string) => {
    const { plan } = await scene.plan({ kind: 'delete-tag', tag: tag(name) });
    return plan.items.find(({ target }) => target.kind === 'manifest' && target.digest === of);
  };

  it('deletes an index with its platforms and its attestation, and undo brings all of it back (trap 14, trap 16)', async () => {
    const name = 'index/whole';
    const index = await pushMultiPlatform(registry, name, ['1.0', '1']);
    const scene = await openScene(registry, name);
    const before = await scene.tags();
    const planned = await scene.plan({
      kind: 'delete-image',
      digest: digest(index.digest),
      tags: [tag('1.0'), tag('1')],
    });
    expect(planned.plan.summary).toMatchObject({ deletedImages: 1, deletedManifests: 5 });
    const report = await scene.execute(planned);
    expect(report).toMatchObject({ outcome: 'done', lostTags: [] });
    for (const gone of [index.digest, index.attestation, ...index.children]) {
      expect(await isGone(name, gone)).toBe(true);
    }
    const undone = await scene.undo(report.id);
    expect(undone).toMatchObject({ cannotComeBack: [], report: { outcome: 'done' } });
    expect(await scene.tags()).toEqual(before);
    expect(await pullOf(name, '1')).toBe(index.digest);
    for (const child of index.children) expect(await pullOf(name, child)).toBe(child);
  });

  /** Two indexes that share their amd64 image; the arm64 image of the first has a tag as well. */
  const pushOverlapping = async (name: string) => {
    const content = createContentSet();
    const make = (at: number, label: string): Descriptor =>
      addImage(content, {
        ...(threePlatforms[at] && { platform: threePlatforms[at] }),
        labels: { label: `${name} ${label}` },
      });
    const shared = make(0, 'shared');
    const tagged = make(1, 'tagged');
    const own = make(2, 'own');
    const other = make(1, 'other');
    const first = addIndex(content, [shared, tagged, own], { tags: ['first'] });
    const second = addIndex(content, [shared, other], { tags: ['second'] });
    content.addTag('arm', tagged.digest);
    await pushContent(registry, name, content);
    return { shared, tagged, own, first, second };
  };

  it('leaves children that another index or a tag needs, and they still pull (trap 11, trap 14)', async () => {
    const name = 'index/overlap';
    const { shared, tagged, own, first, second } = await pushOverlapping(name);
    const scene = await openScene(registry, name);
    const before = await scene.tags();
    expect(await verdictOf(scene, 'first', shared.digest)).toMatchObject({
      verdict: 'keep',
      reason: { code: 'needed-by-index', digest: second.digest, tags: ['second'] },
    });
    expect(await verdictOf(scene, 'first', tagged.digest)).toMatchObject({
      verdict: 'keep',
      reason: { code: 'tagged', tags: ['arm'] },
    });
    const report = await scene.change({ kind: 'delete-tag', tag: tag('first') });
    expect(report).toMatchObject({ outcome: 'done', lostTags: [] });
    expect(await isGone(name, first.digest)).toBe(true);
    expect(await isGone(name, own.digest)).toBe(true);
    expect(await pullOf(name, 'second')).toBe(second.digest);
    expect(await pullOf(name, 'arm')).toBe(tagged.digest);
    expect(await pullOf(name, shared.digest)).toBe(shared.digest);
    expect((await scene.undo(report.id)).report.outcome).toBe('done');
    expect(await scene.tags()).toEqual(before);
    expect(await pullOf(name, 'first')).toBe(first.digest);
  });

  it('refuses to delete a child by its digest while its index stays (trap 11)', async () => {
    const name = 'index/child';
    const { own, first } = await pushOverlapping(name);
    const scene = await openScene(registry, name);
    const request = { kind: 'delete-image', digest: digest(own.digest), tags: [] } as const;
    const { plan } = await scene.plan(request);
    expect(plan.steps).toEqual([]);
    expect(plan.items).toMatchObject([
      { verdict: 'refused', reason: { code: 'needed-by-index', digest: first.digest } },
    ]);
  });

  it('untags an index by a placeholder and leaves every platform in its place (trap 2, trap 18)', async () => {
    const name = 'index/untag';
    const index = await pushMultiPlatform(registry, name, ['a', 'b']);
    const scene = await openScene(registry, name);
    const report = await scene.change({ kind: 'untag', tag: tag('a') });
    expect(report.outcome).toBe('done');
    expect(await scene.tags()).toEqual({ b: index.digest });
    expect(await pullOf(name, 'b')).toBe(index.digest);
  });

  it('deletes an index inside an index, and undo puts the innermost back first (trap 18)', async () => {
    const name = 'index/nested';
    const content = createContentSet();
    const image = addImage(content, { labels: { name } });
    const attestation = addAttestation(content, image);
    const inner = addIndex(content, [image, attestation]);
    const outer = addIndex(content, [inner], { tags: ['nested'] });
    await pushContent(registry, name, content);
    const scene = await openScene(registry, name);
    const report = await scene.change({ kind: 'delete-tag', tag: tag('nested') });
    expect(report.outcome).toBe('done');
    const order = report.results.flatMap(({ step }) => ('digest' in step ? [step.digest] : []));
    expect(order.slice(0, 2)).toEqual([outer.digest, inner.digest]);
    for (const gone of order) expect(await scene.repository.resolve(gone)).toBeUndefined();
    const undone = await scene.undo(report.id);
    expect(undone.report.outcome).toBe('done');
    expect(await scene.tags()).toEqual({ nested: outer.digest });
    expect(await pullOf(name, image.digest)).toBe(image.digest);
    for (const back of order) expect(await scene.repository.resolve(back)).toBeDefined();
  });

  it('brings the rest back when one index is refused, whose child another client deleted (trap 18)', async () => {
    const name = 'index/broken';
    const broken = await pushMultiPlatform(registry, name, ['broken'], 'broken');
    const whole = await pushMultiPlatform(registry, name, ['whole'], 'whole');
    const scene = await openScene(registry, name);
    const [lost, kept] = broken.children.map((child) => digest(child));
    if (lost !== undefined) await scene.repository.remove(lost);
    const report = await scene.change(
      { kind: 'delete-tag', tag: tag('broken') },
      { kind: 'delete-tag', tag: tag('whole') },
    );
    expect(report.outcome).toBe('done');
    expect(await scene.tags()).toEqual({});
    const undone = await scene.undo(report.id);
    expect(undone.report.outcome).toBe('done-with-exceptions');
    expect(undone.report.results.filter(({ state }) => state !== 'done')).toMatchObject([
      { step: { kind: 'put-tag', tag: 'broken' }, state: 'failed', note: 'registry-refused' },
    ]);
    expect(undone.report.learned).not.toHaveProperty('push.answer', 'no');
    expect(await scene.tags()).toEqual({ whole: whole.digest });
    expect(await pullOf(name, 'whole')).toBe(whole.digest);
    expect(await pullOf(name, kept ?? '')).toBe(kept);
  });

  it('empties a whole repository, says that its name stays, and undo fills it again (trap 22)', async () => {
    const name = 'index/repository';
    await pushOverlapping(name);
    const scene = await openScene(registry, name);
    const before = await scene.tags();
    const planned = await scene.plan({ kind: 'delete-repository' });
    expect(planned.plan).toMatchObject({ leavesEmptyRepository: true, blockers: [] });
    const report = await scene.execute(planned);
    expect(report).toMatchObject({ outcome: 'done', lostTags: [] });
    expect(await scene.tags()).toEqual({});
    for (const gone of planned.graph.nodes.keys()) {
      expect(await scene.repository.resolve(gone)).toBeUndefined();
    }
    expect((await scene.plan({ kind: 'delete-repository' })).plan.steps).toEqual([]);
    expect((await scene.undo(report.id)).report.outcome).toBe('done');
    expect(await scene.tags()).toEqual(before);
    expect(await pullOf(name, 'first')).toBe(before['first']);
  });
});
