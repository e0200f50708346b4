import { describe, expect, it } from 'vitest';
import { executePlan } from '#core/cleanup/execute';
import type { ChangeRequest } from '#core/cleanup/plan';
import { planUndo, type UndoPlan } from '#core/cleanup/undo';
import { formatLostPart } from '#core/cleanup/words';
import type { Digest } from '#oci/digest';
import { fallbackTagFor } from '#oci/fallback-tags';
import { place, planOn, policyOf, runOn } from '#test/cleanup-run';
import { createMemoryJournal } from '#test/memory-journal';
import { hashOf, indexJson, type ModelRegistry } from '#test/model-registry';
import { contentsOf, entryOf, expectRestored } from './property-parts';
import {
  childrenOf,
  cosignTag,
  deleteImage,
  deleteTag,
  makeShop,
  seedImage,
  seedReferrer,
  stepsOf,
  tag,
  untag,
} from './samples';

const begin = async (registry: ModelRegistry, ...requests: ChangeRequest[]) => {
  const tags = registry.tagMap();
  const contents = contentsOf(registry);
  const journal = createMemoryJournal();
  const report = await runOn(registry, await planOn(registry, requests), journal);
  const entry = entryOf(journal, report.id);
  return {
    report,
    entry,
    look: () => planUndo(entry, registry, policyOf(registry)),
    run: ({ plan }: UndoPlan) =>
      executePlan({
        repository: registry,
        journal,
        place,
        clock: registry.clock,
        plan,
        undoes: entry,
      }),
    expectRestored: () => expectRestored(registry, tags, contents),
  };
};

/** Every step of the way back comes after what it needs: children before their index, subjects before referrers. */
const positions = (undo: UndoPlan, digests: readonly Digest[]): number[] =>
  digests.map((digest) =>
    undo.plan.steps.findIndex((step) => 'digest' in step && step.digest === digest),
  );

describe('undo', () => {
  it.each<[string, (shop: ReturnType<typeof makeShop>) => ChangeRequest[]]>([
    ['a tag', ({ lone }) => [{ kind: 'tag', tag: tag('new'), digest: lone }]],
    ['a move', ({ lone }) => [{ kind: 'move-tag', tag: tag('latest'), digest: lone }]],
    ['a rename', () => [{ kind: 'rename-tag', from: tag('old'), to: tag('older') }]],
    ['an untagging', () => [untag('1.0'), untag('old')]],
    ['a deletion', ({ index }) => [deleteImage(index, '1.0', 'latest')]],
    ['the deletion of a repository', () => [{ kind: 'delete-repository' }]],
  ])('takes back %s: the same tags, bytes and media types', async (_, ask) => {
    for (const deleteByTag of ['refuses', 'untags'] as const) {
      const shop = makeShop({ deleteByTag, validates: true });
      const change = await begin(shop.registry, ...ask(shop));
      expect(change.report.outcome).toBe('done');
      const undo = await change.look();
      expect(undo.cannotComeBack).toEqual([]);
      expect((await change.run(undo)).outcome).toBe('done');
      change.expectRestored();
      expect(change.entry.outcome).toBe('undone');
    }
  });

  it('trap 18: puts children before their index, on a registry that refuses it otherwise', async () => {
    const { registry, index, amd64, arm64 } = makeShop({ validates: true });
    const change = await begin(registry, deleteTag('1.0'), deleteTag('latest'));
    const undo = await change.look();
    const [first = -1, second = -1, third = -1] = positions(undo, [amd64, arm64, index]);
    expect(Math.min(first, second)).toBeGreaterThanOrEqual(0);
    expect(Math.max(first, second)).toBeLessThan(third);
    expect(stepsOf(undo.plan)).toHaveLength(4);
  });

  it('trap 43, trap 44 and trap 45: brings signatures, their tags and their list back', async () => {
    const { registry, lone } = makeShop();
    seedReferrer(registry, lone, 'sbom');
    registry.seedTag(cosignTag(lone), seedImage(registry, 'sig'));
    const change = await begin(registry, deleteTag('old'));
    expect(registry.tagMap()).not.toHaveProperty(cosignTag(lone));
    expect(registry.tagMap()).not.toHaveProperty(fallbackTagFor(lone));
    await change.run(await change.look());
    change.expectRestored();
  });

  it('trap 43: puts an entry back into a list that somebody else has changed since', async () => {
    const { registry, lone } = makeShop();
    const one = seedReferrer(registry, lone, 'one');
    const two = seedReferrer(registry, lone, 'two');
    const change = await begin(registry, deleteImage(one));
    const three = seedReferrer(registry, lone, 'three');
    await change.run(await change.look());
    const list = registry.state.tags.get(fallbackTagFor(lone));
    expect(childrenOf(registry, list ?? hashOf(''))).toEqual([two, three, one]);
    expect(registry.digests()).toContain(one);
  });

  it('says what cannot come back: the blobs were collected', async () => {
    const { registry, lone } = makeShop();
    const change = await begin(registry, deleteTag('old'));
    registry.blobs.delete(hashOf('layer of lone'));
    const undo = await change.look();
    expect(undo.cannotComeBack).toEqual([
      {
        digest: lone,
        tags: ['old'],
        reason: { code: 'blobs-gone', blobs: [hashOf('layer of lone')] },
      },
    ]);
    expect(undo.plan.steps).toEqual([]);
    const [part] = undo.cannotComeBack;
    expect(part && formatLostPart(part)).toContain('has collected 1 blob of it');
  });

  it('says that an index cannot come back without its child, and brings the other child back', async () => {
    const { registry, index, amd64, arm64 } = makeShop();
    const change = await begin(registry, deleteTag('1.0'), deleteTag('latest'));
    registry.blobs.delete(hashOf('layer of arm64'));
    const undo = await change.look();
    expect(undo.cannotComeBack.map(({ digest, reason }) => [digest, reason.code])).toEqual([
      [arm64, 'blobs-gone'],
      [index, 'child-gone'],
    ]);
    expect(undo.cannotComeBack[1]?.tags).toEqual(['1.0', 'latest']);
    expect(stepsOf(undo.plan)).toEqual([`put-manifest ${amd64}`]);
  });

  it('trap 18: a child that was never there does not keep its index away', async () => {
    const { registry, amd64 } = makeShop();
    const sparse = registry.seed(
      {
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.index.v1+json',
        manifests: [amd64, hashOf('never pushed')].map((digest) => ({
          mediaType: 'application/vnd.oci.image.manifest.v1+json',
          digest,
          size: 7,
        })),
      },
      ['sparse'],
    );
    const change = await begin(registry, deleteTag('sparse'));
    expect(registry.digests()).not.toContain(sparse);
    await change.run(await change.look());
    change.expectRestored();
  });

  it('trap 10: leaves a tag alone that was set again meanwhile, and says so', async () => {
    const { registry, index, lone } = makeShop();
    const change = await begin(registry, untag('1.0'), untag('old'));
    registry.seedTag('1.0', lone);
    const undo = await change.look();
    expect(undo.changedMeanwhile).toEqual(['1.0']);
    await change.run(undo);
    expect(registry.tagMap()).toEqual({ '1.0': lone, latest: index, old: lone });
  });

  it('trap 10: does not overwrite a tag that is set between its plan and its run', async () => {
    const { registry, index, lone } = makeShop();
    const change = await begin(registry, untag('1.0'));
    const undo = await change.look();
    registry.seedTag('1.0', lone);
    const report = await change.run(undo);
    expect(report.results).toMatchObject([{ state: 'skipped', note: 'moved-meanwhile' }]);
    expect(registry.tagMap()).toMatchObject({ '1.0': lone, latest: index });
    expect(change.entry.outcome).not.toBe('undone');
  });

  it('has nothing to do the second time', async () => {
    const { registry } = makeShop();
    const change = await begin(registry, untag('1.0'));
    await change.run(await change.look());
    const again = await change.look();
    expect(again.plan.steps).toEqual([]);
    expect(again.plan.blockers).toMatchObject([{ code: 'nothing-to-do' }]);
  });

  it('trap 1: takes an added tag off again without the other tags of its image', async () => {
    const shop = makeShop({ deleteByTag: 'deletes-siblings' });
    const change = await begin(shop.registry, { kind: 'tag', tag: tag('new'), digest: shop.index });
    shop.registry.seedTag('came-since', shop.index);
    await change.run(await change.look());
    expect(shop.registry.tagMap()).toEqual({
      '1.0': shop.index,
      'came-since': shop.index,
      latest: shop.index,
      old: shop.lone,
    });
  });

  it('trap 15: brings back what a registry dropped with the last tag, children too', async () => {
    const { registry, index, amd64, arm64, lone } = makeShop({ dropsUntagged: true });
    const change = await begin(registry, untag('1.0'), untag('latest'));
    // Later its clean-up drops everything that has no tag.
    registry.race(({ manifests }) => {
      for (const digest of [index, amd64, arm64]) manifests.delete(digest);
    });
    await change.run(await change.look());
    expect(registry.tagMap()).toEqual({ '1.0': index, latest: index, old: lone });
    expect(registry.digests()).toEqual(expect.arrayContaining([amd64, arm64]));
  });

  it('trap 45: deletes and restores signatures of signatures', async () => {
    const { registry, lone } = makeShop({ referrersApi: true });
    let last = lone;
    for (let at = 0; at < 100; at += 1) last = seedReferrer(registry, last, `signature ${at}`);
    const change = await begin(registry, deleteTag('old'));
    expect(registry.digests()).toHaveLength(3);
    await change.run(await change.look());
    change.expectRestored();
  });

  it('trap 15 and trap 45: brings back signatures that a registry dropped with an image, and theirs', async () => {
    const { registry, lone } = makeShop({ referrersApi: true });
    registry.seed(indexJson([lone]), ['bundle']);
    const signature = seedReferrer(registry, lone, 'signature');
    const theirs = seedReferrer(registry, signature, 'theirs');
    // The index needs the image, so only the tag goes.
    const change = await begin(registry, deleteTag('old'));
    expect(registry.digests()).toEqual(expect.arrayContaining([lone, signature, theirs]));
    registry.race(({ manifests }) => {
      for (const digest of [lone, signature, theirs]) manifests.delete(digest);
    });
    await change.run(await change.look());
    change.expectRestored();
  });

  it('can itself be undone', async () => {
    const { registry, lone, index } = makeShop();
    const change = await begin(registry, { kind: 'move-tag', tag: tag('old'), digest: index });
    const journal = createMemoryJournal();
    const { plan } = await change.look();
    const options = { repository: registry, journal, place, clock: registry.clock };
    const { id } = await executePlan({ ...options, plan });
    expect(registry.tagMap()).toMatchObject({ old: lone });
    const redo = await planUndo(entryOf(journal, id), registry, policyOf(registry));
    await executePlan({ ...options, plan: redo.plan });
    expect(registry.tagMap()).toMatchObject({ old: index });
  });
});
