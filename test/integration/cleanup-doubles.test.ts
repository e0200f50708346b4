import { describe, expect, it } from 'vitest';
import { mergeCapabilities, PlanBlocked } from '#core/cleanup/index';
import { doubleName as name, openDouble, type Double } from '#test/cleanup-double';
import { openScene, pull, type Scene, type SceneOptions } from '#test/cleanup-scene';
import { createContentSet } from '#test/content-set';
import { addImage, addIndex, threePlatforms } from '#test/image-content';
import type { ModelSwitches } from '#test/model-registry';
import { pushContent } from '#test/push-set';
import { realPart } from '#test/real-parts';
import { digest, tag } from '#test/registry-calls';

/** A double with an image under two tags, another under one, and an index under one. */
const openPushed = async (
  switches: ModelSwitches,
): Promise<{ double: Double; one: string; two: string; index: string; children: string[] }> => {
  const double = await openDouble({ deleteByTag: 'untags', ...switches });
  const content = createContentSet();
  const one = addImage(content, { tags: ['1.0', 'stable'], labels: { image: 'one' } });
  const two = addImage(content, { tags: ['2.0'], labels: { image: 'two' } });
  const children = threePlatforms.map((platform) =>
    addImage(content, { platform, labels: { image: 'child' } }),
  );
  const index = addIndex(content, children, { tags: ['multi'] });
  await pushContent(double, name, content);
  // What was pushed is seen from the first test step on, also by a registry that lags.
  await double.model.clock.wait(switches.lagMs ?? 0);
  double.calls.length = 0;
  return {
    double,
    one: one.digest,
    two: two.digest,
    index: index.digest,
    children: children.map((child) => child.digest),
  };
};

/** The registry's clock is the one that a run waits by, so that patience costs no time. */
const open = (double: Double, options: SceneOptions = {}): Promise<Scene> =>
  openScene(double, name, {
    ...options,
    execute: { clock: double.model.clock, ...options.execute },
  });

const isMissing = realPart('skopeo') === undefined;

describe.skipIf(isMissing)('a registry that answers 202 and does nothing', () => {
  it('is not believed when it says that it deleted a tag (trap 7)', async () => {
    const { double, one } = await openPushed({ deleteByTag: 'ignores' });
    const scene = await open(double);
    const before = await scene.tags();
    const report = await scene.change(
      { kind: 'untag', tag: tag('1.0') },
      { kind: 'untag', tag: tag('2.0') },
    );
    expect(report.outcome).toBe('stopped');
    expect(report.results).toMatchObject([
      { state: 'failed', note: 'not-confirmed' },
      { state: 'not-run' },
    ]);
    expect(report.learned).not.toHaveProperty('deleteByTag.answer', 'yes');
    expect(await scene.tags()).toEqual(before);
    expect(await pull(double.host, name, '1.0')).toBe(one);
  });

  it('is not believed when it says that it deleted a digest (trap 7, trap 9)', async () => {
    const { double, two } = await openPushed({ deleteByDigest: 'ignores' });
    const scene = await open(double);
    const before = await scene.tags();
    const report = await scene.change({ kind: 'delete-tag', tag: tag('2.0') });
    expect(report).toMatchObject({
      outcome: 'stopped',
      results: [{ state: 'failed', note: 'not-confirmed' }],
      lostTags: [],
    });
    expect(await scene.tags()).toEqual(before);
    expect(await pull(double.host, name, '2.0')).toBe(two);
  });

  it('gets its image back in place of the placeholder that it did not delete (trap 3, trap 7)', async () => {
    const { double, one } = await openPushed({ deleteByTag: 'refuses', deleteByDigest: 'ignores' });
    const scene = await open(double);
    const before = await scene.tags();
    const report = await scene.change({ kind: 'untag', tag: tag('stable') });
    expect(report).toMatchObject({ outcome: 'stopped', results: [{ state: 'put-back' }] });
    expect(await scene.tags()).toEqual(before);
    expect(await pull(double.host, name, 'stable')).toBe(one);
  });
});

describe.skipIf(isMissing)('a registry that deletes the image with a tag', () => {
  it('gets the image and its other tags back, says so, and is asked for no further tag (trap 1, trap 2)', async () => {
    const { double, one, two } = await openPushed({ deleteByTag: 'deletes-siblings' });
    const scene = await open(double);
    const before = await scene.tags();
    const report = await scene.change(
      { kind: 'untag', tag: tag('1.0') },
      { kind: 'untag', tag: tag('2.0') },
    );
    expect(report).toMatchObject({ outcome: 'stopped', lostTags: [] });
    expect(report.results).toMatchObject([
      { state: 'done', note: 'siblings-put-back' },
      { state: 'not-run' },
    ]);
    expect(report.learned).toMatchObject({
      deleteByTag: { answer: 'no', how: 'refused-just-now' },
    });
    expect(double.writes().filter((line) => line.startsWith('DELETE'))).not.toContain(
      'DELETE manifests/2.0',
    );
    expect(await scene.tags()).toEqual({ ...before, '1.0': undefined });
    expect(await pull(double.host, name, 'stable')).toBe(one);
    expect(await pull(double.host, name, '2.0')).toBe(two);
    expect((await scene.undo(report.id)).report.outcome).toBe('done');
    expect(await scene.tags()).toEqual(before);
  });

  it('is asked by placeholder once that is known (trap 2, trap 3)', async () => {
    const { double, one } = await openPushed({ deleteByTag: 'deletes-siblings' });
    const first = await open(double);
    const { learned } = await first.change({ kind: 'untag', tag: tag('1.0') });
    const scene = await open(double, {
      capabilities: mergeCapabilities(first.capabilities, learned),
    });
    await scene.change({ kind: 'tag', tag: tag('third'), digest: digest(one) });
    const planned = await scene.plan({ kind: 'untag', tag: tag('third') });
    expect(planned.plan.steps).toMatchObject([{ kind: 'untag', method: 'placeholder' }]);
    double.calls.length = 0;
    expect((await scene.execute(planned)).outcome).toBe('done');
    expect(double.writes().filter((line) => line.startsWith('DELETE'))).toHaveLength(1);
    expect(await pull(double.host, name, 'stable')).toBe(one);
  });
});

describe.skipIf(isMissing)('a registry that shows a write five seconds later', () => {
  it.each<NonNullable<ModelSwitches['deleteByTag']>>(['untags', 'refuses'])(
    'has every change seen before the next, and each undone (delete by tag: %s; trap 7)',
    async (deleteByTag) => {
      const { double, one, two } = await openPushed({ deleteByTag, lagMs: 5_000 });
      const scene = await open(double);
      const before = await scene.tags();
      const report = await scene.change(
        { kind: 'tag', tag: tag('copy'), digest: digest(one) },
        { kind: 'move-tag', tag: tag('stable'), digest: digest(two) },
        { kind: 'untag', tag: tag('1.0') },
        { kind: 'delete-tag', tag: tag('multi') },
      );
      expect(report).toMatchObject({ outcome: 'done', lostTags: [] });
      expect(report.results.every(({ state }) => state === 'done')).toBe(true);
      expect(await scene.tags()).toEqual({ '2.0': two, copy: one, stable: two });
      expect(await pull(double.host, name, 'copy')).toBe(one);
      expect((await scene.undo(report.id)).report.outcome).toBe('done');
      expect(await scene.tags()).toEqual(before);
      expect(await pull(double.host, name, 'multi')).toBe(before['multi']);
    },
  );

  it('that needs longer than the patience of a run is stopped at, and continued later (trap 7)', async () => {
    const { double, one, two } = await openPushed({ lagMs: 60_000 });
    const scene = await open(double);
    const report = await scene.change(
      { kind: 'untag', tag: tag('1.0') },
      { kind: 'delete-tag', tag: tag('2.0') },
    );
    expect(report).toMatchObject({ outcome: 'stopped', results: [{ note: 'not-confirmed' }, {}] });
    expect(double.model.tagMap()).toMatchObject({ '2.0': two });
    await double.model.clock.wait(60_000);
    const rest = await scene.resume(report.id, { limits: { confirmMs: 90_000 } });
    expect(rest).toMatchObject({ outcome: 'done', lostTags: [] });
    expect(await scene.tags()).toMatchObject({ stable: one });
    expect(Object.keys(await scene.tags())).toEqual(['multi', 'stable']);
  });
});

describe.skipIf(isMissing)('a registry with rules of its own', () => {
  it('is asked to untag before it deletes, where it refuses a digest that has a tag (trap 4)', async () => {
    const { double, one, two } = await openPushed({ refusesTagged: true });
    const scene = await open(double, { policy: { untagBeforeDelete: true } });
    const report = await scene.change({
      kind: 'delete-image',
      digest: digest(one),
      tags: [tag('1.0'), tag('stable')],
    });
    expect(report).toMatchObject({ outcome: 'done', lostTags: [] });
    expect(double.writes().slice(-3)).toEqual([
      'DELETE manifests/1.0',
      'DELETE manifests/stable',
      `DELETE manifests/${one}`,
    ]);
    expect(await pull(double.host, name, '2.0')).toBe(two);
  });

  it('that refuses children of an index is left with them, and is not taken for one that never deletes (trap 5)', async () => {
    const { double, index, children } = await openPushed({});
    double.intercept = ({ method, path }) =>
      method === 'DELETE' && children.some((child) => path.endsWith(child))
        ? { status: 405, body: { errors: [{ code: 'DENIED', message: 'child of an index' }] } }
        : undefined;
    const scene = await open(double);
    const report = await scene.change({ kind: 'delete-tag', tag: tag('multi') });
    expect(report.outcome).toBe('done-with-exceptions');
    expect(report.results[0]).toMatchObject({ step: { digest: index }, state: 'done' });
    expect(report.learned).toMatchObject({ deleteByDigest: { answer: 'yes' } });
    for (const child of children) expect(await pull(double.host, name, child)).toBe(child);
    expect((await scene.undo(report.id)).report.outcome).toBe('done');
    expect(await pull(double.host, name, 'multi')).toBe(index);
  });

  it('that takes pushes and never deletes is sent no placeholder (trap 3, trap 6)', async () => {
    const { double } = await openPushed({});
    double.intercept = ({ method }) =>
      method === 'DELETE'
        ? { status: 405, body: { errors: [{ code: 'UNSUPPORTED', message: 'unsupported' }] } }
        : undefined;
    const scene = await open(double);
    expect(scene.capabilities).toMatchObject({
      push: { answer: 'yes', how: 'probed' },
      deleteByTag: { answer: 'no', how: 'probed' },
      deleteByDigest: { answer: 'no', how: 'probed' },
    });
    double.calls.length = 0;
    const planned = await scene.plan({ kind: 'untag', tag: tag('1.0') });
    expect(planned.plan.blockers).toMatchObject([{ code: 'cannot-untag' }]);
    await expect(scene.execute(planned)).rejects.toBeInstanceOf(PlanBlocked);
    expect(double.writes()).toEqual([]);
  });

  it('that drops an image with its last tag has it put back by its digest, for only the name was to go (trap 15)', async () => {
    const { double, index } = await openPushed({ dropsUntagged: true });
    const scene = await open(double);
    const before = await scene.tags();
    const report = await scene.change({ kind: 'untag', tag: tag('multi') });
    expect(report).toMatchObject({
      outcome: 'done',
      results: [{ state: 'done', note: 'image-put-back' }],
    });
    expect(await pull(double.host, name, index)).toBe(index);
    expect((await scene.undo(report.id)).report.outcome).toBe('done');
    expect(await scene.tags()).toEqual(before);
  });
});
