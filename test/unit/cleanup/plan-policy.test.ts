import { describe, expect, it } from 'vitest';
import { collectGraph } from '#core/cleanup/collect-graph';
import { makePlan } from '#core/cleanup/make-plan';
import type { ChangeRequest } from '#core/cleanup/plan';
import { formatPlanAction } from '#core/cleanup/words';
import type { Digest } from '#oci/digest';
import { policyOf } from '#test/cleanup-run';
import { hashOf, imageJson, ModelRegistry } from '#test/model-registry';
import { deleteTag, makeShop, plan, stepsOf, tag, tags, untag } from './samples';

describe('blockers', () => {
  const no = { answer: 'no', how: 'probed', setting: 'storage.delete.enabled' } as const;
  const yes = { answer: 'yes', how: 'probed' } as const;
  const unknown = { answer: 'unknown', how: 'not-asked' } as const;
  const known = policyOf(new ModelRegistry()).capabilities;

  it.each([
    ['marked read-only', { isReadOnly: true }, ['read-only']],
    [
      'delete is off (trap 3)',
      { capabilities: { ...known, deleteByTag: no, deleteByDigest: no } },
      ['cannot-untag', 'cannot-delete'],
    ],
    [
      'delete is not known',
      { capabilities: { ...known, deleteByTag: no, deleteByDigest: unknown } },
      ['capability-unknown', 'capability-unknown'],
    ],
    [
      'no push, no placeholder',
      { capabilities: { ...known, push: no, deleteByTag: no, deleteByDigest: yes } },
      ['cannot-untag'],
    ],
    [
      'Google refuses a placeholder (trap 4)',
      { capabilities: { ...known, deleteByTag: no }, untagBeforeDelete: true },
      ['cannot-untag'],
    ],
  ] as const)('%s', async (_, policy, codes) => {
    const made = await plan(makeShop(), [untag('1.0'), deleteTag('old')], policy);
    expect(made.blockers.map(({ code }) => code)).toEqual(codes);
  });

  it('trap 4: does not blame a setting where the rule of Google is in the way', async () => {
    const capabilities = { ...known, deleteByTag: no };
    const policy = { capabilities, untagBeforeDelete: true };
    const made = await plan(makeShop(), [untag('old')], policy);
    expect(made.blockers[0]).not.toHaveProperty('setting');
    expect(made.blockers[0]?.message).toContain('does not delete an image that has a tag');
  });

  it('trap 25: names the setting of the registry that would allow it', async () => {
    const capabilities = { ...known, deleteByDigest: no };
    const made = await plan(makeShop(), [deleteTag('old')], { capabilities });
    expect(made.blockers).toMatchObject([
      { code: 'cannot-delete', capability: 'deleteByDigest', setting: 'storage.delete.enabled' },
    ]);
  });

  it('trap 3: puts no placeholder before delete by digest is known to be on', async () => {
    const capabilities = { ...known, deleteByTag: no, deleteByDigest: unknown };
    const made = await plan(makeShop(), [untag('old')], { capabilities });
    expect(made.blockers).toMatchObject([{ code: 'capability-unknown' }]);
  });

  it('refuses a push where the registry takes none', async () => {
    const shop = makeShop();
    const capabilities = { ...known, push: { ...no, detail: 'It is a cache.' } };
    const made = await plan(shop, [{ kind: 'tag', tag: tag('n'), digest: shop.lone }], {
      capabilities,
    });
    expect(made.blockers[0]?.message).toBe(
      'The registry does not accept pushes to this repository. It is a cache.',
    );
  });
});

describe('strategies', () => {
  it.each([
    ['refuses', 'placeholder', 4],
    ['untags', 'delete-by-tag', 3],
  ] as const)(
    'trap 2: where delete by tag %s, a tag goes by %s',
    async (deleteByTag, method, requests) => {
      const made = await plan(makeShop({ deleteByTag }), [untag('old')]);
      expect(made.steps).toMatchObject([{ kind: 'untag', method, requests }]);
      expect(made.requestCount).toBe(requests + 1);
    },
  );

  it('trap 4: untags first and then deletes, index before children, where a tagged digest is refused', async () => {
    const shop = makeShop({ refusesTagged: true });
    const made = await plan(shop, [deleteTag('1.0'), deleteTag('latest')]);
    const { index, amd64, arm64 } = shop;
    expect(stepsOf(made)).toEqual([
      'untag 1.0',
      'untag latest',
      ...[index, arm64, amd64].map((d) => `delete-manifest ${d}`),
    ]);
  });

  it('counts a look at every tag before the first deletion', async () => {
    const made = await plan(makeShop(), [deleteTag('old')]);
    // Five for the digest, two for its tag; three tags; the list at the end.
    expect(made.requestCount).toBe(7 + 3 + 1);
  });

  it('deletes a repository directly where the registry can, and says what else stays', async () => {
    const shop = makeShop();
    const ask: ChangeRequest[] = [{ kind: 'delete-repository' }];
    const direct = await plan(shop, ask, { canRemoveRepository: true });
    expect(stepsOf(direct)).toEqual(['remove-repository']);
    expect(formatPlanAction(direct)).toBe('Delete the repository');
    expect(direct.leavesEmptyRepository).toBe(false);
    const piecewise = await plan(shop, ask);
    expect(piecewise.steps).toHaveLength(4);
    expect(piecewise.leavesEmptyRepository).toBe(true);
    expect(formatPlanAction(piecewise)).toBe('Untag 3 tags, delete 2 images');
  });
});

describe('confirmations', () => {
  it.each([
    [[untag('1.0'), untag('old')], ['latest', '1.*'], ['1.0']],
    [[deleteTag('latest')], ['v*', 'latest'], ['latest']],
    [[untag('old')], ['ol', 'ld', '?l', 'old?'], []],
    [[untag('old')], ['?l?'], ['old']],
  ])('asks a second time for protected tags (%j, %j)', async (ask, protectedTags, expected) => {
    const made = await plan(makeShop(), ask, { protectedTags });
    expect(made.confirmations.map((each) => each.tag)).toEqual(expected);
  });

  it('asks for a tag that moves, not for one that is added', async () => {
    const shop = makeShop();
    const protectedTags = ['*'];
    const moved = await plan(shop, [{ kind: 'move-tag', tag: tag('old'), digest: shop.index }], {
      protectedTags,
    });
    expect(moved.confirmations).toEqual([{ tag: 'old', pattern: '*' }]);
    const added = await plan(shop, [{ kind: 'tag', tag: tag('n'), digest: shop.index }], {
      protectedTags,
    });
    expect(added.confirmations).toEqual([]);
  });
});

describe('bytes', () => {
  const sizeOf = (registry: ModelRegistry, digest: Digest): number =>
    registry.state.manifests.get(digest)?.bytes.length ?? Number.NaN;

  it('trap 41: counts a shared layer once, and one that something else needs not at all', async () => {
    const registry = new ModelRegistry();
    const layers = ['shared by both', 'needed elsewhere'];
    const one = registry.seed(imageJson(registry, 'one', layers), ['a']);
    const two = registry.seed(imageJson(registry, 'two', layers), ['b']);
    registry.seed(imageJson(registry, 'three', ['needed elsewhere']), ['c']);
    const { freed } = await plan({ registry }, [deleteTag('a'), deleteTag('b')]);
    const blobs = 'one'.length + 'two'.length + 'shared by both'.length;
    expect(freed.uniqueBytes).toBe(sizeOf(registry, one) + sizeOf(registry, two) + blobs);
    expect(freed).toMatchObject({ isLowerBound: false, comesBack: 'after-garbage-collection' });
  });

  it('trap 37: does not count a layer that the registry need not hold', async () => {
    const registry = new ModelRegistry();
    const json = imageJson(registry, 'windows', ['base']) as { layers: { mediaType: string }[] };
    const mediaType = 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip';
    for (const layer of json.layers) layer.mediaType = mediaType;
    const digest = registry.seed(json, ['w']);
    const { freed } = await plan({ registry }, [deleteTag('w')]);
    expect(freed.uniqueBytes).toBe(sizeOf(registry, digest) + 'windows'.length);
  });

  it('trap 35: has a lower bound where a schema 1 manifest gives no sizes', async () => {
    const registry = new ModelRegistry();
    const mediaType = 'application/vnd.docker.distribution.manifest.v1+json';
    const fsLayers = [{ blobSum: hashOf('old layer') }];
    registry.seed(
      {
        schemaVersion: 1,
        mediaType,
        name: 'a',
        tag: 'b',
        architecture: 'amd64',
        fsLayers,
        history: [],
      },
      ['ancient'],
    );
    const { freed } = await plan({ registry }, [deleteTag('ancient')]);
    expect(freed.isLowerBound).toBe(true);
  });
});

describe('the way back', () => {
  it('keeps what goes, what a tag leaves, and what a dropped image would take along (trap 15)', async () => {
    const shop = makeShop();
    const { index, amd64, arm64, lone } = shop;
    const gone = await plan(shop, [deleteTag('1.0'), deleteTag('latest')]);
    expect(new Set(gone.keep)).toEqual(new Set([index, amd64, arm64]));
    const moved = await plan(shop, [{ kind: 'move-tag', tag: tag('old'), digest: index }]);
    expect(new Set(moved.keep)).toEqual(new Set([lone, index]));
  });

  it('is pure: the same picture and requests give the same plan, in plain JSON', async () => {
    const { registry } = makeShop();
    const graph = await collectGraph(registry);
    const ask = [deleteTag('1.0'), untag('old')];
    const made = makePlan(graph, ask, policyOf(registry));
    expect(makePlan(graph, ask, policyOf(registry))).toEqual(made);
    expect(JSON.parse(JSON.stringify(made))).toEqual(made);
    expect(tags('1.0', 'latest', 'old')).toEqual(Object.keys(made.tagsBefore));
  });
});
