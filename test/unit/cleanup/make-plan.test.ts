import { describe, expect, it } from 'vitest';
import { RequestConflict } from '#core/cleanup/intents';
import { depthFor } from '#core/cleanup/make-plan';
import type { ChangeRequest } from '#core/cleanup/plan';
import { formatPlanAction } from '#core/cleanup/words';
import { fallbackTagFor } from '#oci/fallback-tags';
import { hashOf, indexJson, ModelRegistry, toDescriptor } from '#test/model-registry';
import {
  cosignTag,
  deleteImage,
  deleteTag,
  makeShop,
  plan,
  rowsOf,
  seedImage,
  seedReferrer,
  stepsOf,
  tag,
  untag,
  wordsOf,
  type Shop,
} from './samples';

type Case = {
  name: string;
  ask: (shop: Shop) => ChangeRequest[];
  steps: (shop: Shop) => string[];
  says: string;
};

const CASES: Case[] = [
  {
    name: 'one more name',
    ask: ({ lone }) => [{ kind: 'tag', tag: tag('new'), digest: lone }],
    steps: () => ['put-tag new'],
    says: 'Add 1 tag',
  },
  {
    name: 'a name for a platform of an index, which has none',
    ask: ({ arm64 }) => [{ kind: 'tag', tag: tag('arm'), digest: arm64 }],
    steps: () => ['put-tag arm'],
    says: 'Add 1 tag',
  },
  {
    name: 'a move',
    ask: ({ lone }) => [{ kind: 'move-tag', tag: tag('latest'), digest: lone }],
    steps: () => ['put-tag latest'],
    says: 'Move 1 tag',
  },
  {
    name: 'a rename: the new name comes first (trap 3)',
    ask: () => [{ kind: 'rename-tag', from: tag('old'), to: tag('older') }],
    steps: () => ['put-tag older', 'untag old'],
    says: 'Add 1 tag, untag 1 tag',
  },
  {
    name: 'trap 1: one of two tags of an image, which stays',
    ask: () => [deleteTag('1.0')],
    steps: () => ['untag 1.0'],
    says: 'Untag 1 tag',
  },
  {
    name: 'the only tag, which stays by its digest',
    ask: () => [untag('old')],
    steps: () => ['untag old'],
    says: 'Untag 1 tag',
  },
  {
    name: 'the only tag, with its image',
    ask: () => [deleteTag('old')],
    steps: ({ lone }) => [`delete-manifest ${lone}`],
    says: 'Untag 1 tag, delete 1 image',
  },
  {
    name: 'trap 8 and trap 14: both tags of an index are one delete, and its children go after it',
    ask: () => [deleteTag('1.0'), deleteTag('latest')],
    steps: ({ index, amd64, arm64 }) => [index, arm64, amd64].map((d) => `delete-manifest ${d}`),
    says: 'Untag 2 tags, delete 1 image',
  },
  {
    name: 'everything asked for at once',
    ask: ({ index }) => [
      deleteImage(index, '1.0', 'latest'),
      { kind: 'tag', tag: tag('spare'), digest: index },
    ],
    steps: () => ['put-tag spare'],
    says: 'Add 1 tag',
  },
];

describe('the steps and the words of the button', () => {
  it.each(CASES)('$name', async ({ ask, steps, says }) => {
    const shop = makeShop();
    const made = await plan(shop, ask(shop));
    expect(stepsOf(made).sort()).toEqual(steps(shop).sort());
    expect(stepsOf(made)[0]).toBe(steps(shop)[0] ?? stepsOf(made)[0]);
    expect(formatPlanAction(made)).toBe(says);
    expect(made.blockers).toEqual([]);
  });
});

describe('verdicts', () => {
  it('trap 1: names every other tag on the digest of a tag', async () => {
    const made = await plan(makeShop(), [untag('1.0')]);
    expect(wordsOf(made, 'latest')).toEqual(['keep same-digest same-digest']);
    expect(made.steps).toMatchObject([{ kind: 'untag', siblings: ['latest'] }]);
  });

  it('trap 1: refuses to delete an image of which one tag was not given up', async () => {
    const shop = makeShop();
    const made = await plan(shop, [deleteImage(shop.index, '1.0')]);
    expect(rowsOf(made, shop.index)).toMatchObject([
      { verdict: 'refused', reason: { code: 'tagged', tags: ['latest'] } },
    ]);
    expect(made.steps).toEqual([]);
  });

  it('trap 11: refuses to delete a child of an index that stays, though it has no tag', async () => {
    const shop = makeShop();
    const made = await plan(shop, [deleteImage(shop.amd64)]);
    expect(rowsOf(made, shop.amd64)).toMatchObject([
      {
        verdict: 'refused',
        reason: { code: 'needed-by-index', digest: shop.index, tags: ['1.0', 'latest'] },
      },
    ]);
    expect(made.blockers).toMatchObject([{ code: 'nothing-to-do' }]);
  });

  it('trap 14: keeps the child that another index needs, and says which', async () => {
    const shop = makeShop();
    const other = shop.registry.seed(indexJson([shop.arm64, shop.lone]), ['other']);
    const made = await plan(shop, [deleteImage(shop.index, '1.0', 'latest')]);
    expect(rowsOf(made, shop.arm64)).toMatchObject([
      { verdict: 'keep', role: 'child', reason: { code: 'needed-by-index', digest: other } },
    ]);
    expect(wordsOf(made, shop.amd64)).toEqual(['delete child child-of']);
  });

  it('keeps all children where the policy says so', async () => {
    const shop = makeShop();
    const ask = [deleteImage(shop.index, '1.0', 'latest')];
    const made = await plan(shop, ask, { children: 'keep' });
    expect(stepsOf(made)).toEqual([`delete-manifest ${shop.index}`]);
  });

  it('trap 18: follows an index inside an index, and is not stopped by an absent child', async () => {
    const registry = new ModelRegistry();
    const leaf = seedImage(registry, 'leaf');
    const inner = registry.seed(indexJson([leaf, hashOf('never pushed')]));
    const outer = registry.seed(indexJson([inner]), ['nested']);
    const made = await plan({ registry }, [deleteTag('nested')]);
    expect(stepsOf(made)).toEqual([outer, inner, leaf].map((d) => `delete-manifest ${d}`));
  });

  it('trap 16: deletes the attestation of an index with it', async () => {
    const registry = new ModelRegistry();
    const image = seedImage(registry, 'image');
    const attestation = seedImage(registry, 'attestation');
    const annotations = {
      'vnd.docker.reference.type': 'attestation-manifest',
      'vnd.docker.reference.digest': image,
    };
    const entries = [toDescriptor(image), { ...toDescriptor(attestation), annotations }];
    registry.seed(indexJson([], { manifests: entries }), ['1']);
    const made = await plan({ registry }, [deleteTag('1')]);
    expect(wordsOf(made, attestation)).toEqual(['delete child child-of']);
  });

  it.each([{ referrersApi: true }, { referrersApi: false }])(
    'trap 43 and trap 45: shows the signature that goes along with its image (%j)',
    async (switches) => {
      const { registry, lone } = makeShop(switches);
      const signature = seedReferrer(registry, lone, 'signature');
      const made = await plan({ registry }, [deleteTag('old')]);
      expect(wordsOf(made, signature)).toEqual(['delete referrer referrer-of']);
      const order = stepsOf(made);
      expect(order.indexOf(`delete-manifest ${signature}`)).toBeLessThan(
        order.indexOf(`delete-manifest ${lone}`),
      );
      expect(made.summary).toMatchObject({ deletedImages: 1 });
    },
  );

  it('trap 45: does not delete a signature of an image that stays', async () => {
    const shop = makeShop();
    const signature = seedReferrer(shop.registry, shop.index, 'signature');
    const made = await plan(shop, [untag('1.0')]);
    expect(rowsOf(made, signature)).toEqual([]);
    expect(stepsOf(made)).toEqual(['untag 1.0']);
  });

  it('trap 45: says what is left dangling: a signature that has a tag of its own', async () => {
    const { registry, lone } = makeShop({ referrersApi: true });
    const signature = seedReferrer(registry, lone, 'signature');
    registry.seedTag('my-signature', signature);
    const made = await plan({ registry }, [deleteImage(lone, 'old')]);
    expect(wordsOf(made, signature)).toContain('dangling referrer subject-goes');
    expect(stepsOf(made)).toEqual([`delete-manifest ${lone}`]);
  });

  it('trap 43: takes a referrer that was asked for out of the list, which stays', async () => {
    const { registry, lone } = makeShop();
    const one = seedReferrer(registry, lone, 'one');
    const two = seedReferrer(registry, lone, 'two');
    const made = await plan({ registry }, [deleteImage(one)]);
    expect(stepsOf(made)).toEqual([
      `update-list ${fallbackTagFor(lone)}`,
      `delete-manifest ${one}`,
    ]);
    expect(made.steps[0]).toMatchObject({ remove: [one], add: [] });
    expect(rowsOf(made, two)).toEqual([]);
  });

  it('trap 44: the tags of cosign go with their image', async () => {
    const { registry, lone } = makeShop();
    const signature = seedImage(registry, 'sig');
    registry.seedTag(cosignTag(lone), signature);
    const made = await plan({ registry }, [deleteTag('old')]);
    expect(wordsOf(made, cosignTag(lone))).toEqual(['untag attached-tag belongs-to']);
    expect(stepsOf(made)).toEqual([signature, lone].map((d) => `delete-manifest ${d}`));
    expect(made.summary).toMatchObject({ untagged: 1, deletedImages: 1, deletedManifests: 2 });
  });

  it('trap 44: a tag that looks like one of cosign without its image is a tag like any other', async () => {
    const { registry, lone } = makeShop();
    registry.seedTag(cosignTag(hashOf('gone')), lone);
    const made = await plan({ registry }, [deleteTag('old')]);
    expect(stepsOf(made)).toEqual(['untag old']);
  });

  it('trap 9: the digest of a config is no image, and is never sent to be deleted', async () => {
    const made = await plan(makeShop(), [deleteImage(hashOf('lone'), 'old')]);
    expect(wordsOf(made, hashOf('lone'))).toEqual(['keep asked not-there']);
    expect(made.steps).toEqual([]);
  });

  it('gives a reason for what was asked and cannot be', async () => {
    const shop = makeShop();
    const made = await plan(shop, [
      untag('nowhere'),
      { kind: 'tag', tag: tag('old'), digest: shop.index },
      { kind: 'tag', tag: tag('latest'), digest: shop.index },
      { kind: 'tag', tag: tag('x'), digest: hashOf('nothing') },
      { kind: 'move-tag', tag: tag('y'), digest: shop.lone },
      { kind: 'rename-tag', from: tag('1.0'), to: tag('old') },
    ]);
    expect(wordsOf(made, 'nowhere')).toEqual(['keep asked not-there']);
    expect(wordsOf(made, 'old')).toEqual(['refused asked tag-exists']);
    expect(wordsOf(made, 'latest')).toEqual(['keep asked already-so']);
    expect(wordsOf(made, 'x')).toEqual(['refused asked not-there']);
    expect(wordsOf(made, 'y')).toEqual(['refused asked not-there']);
    expect(wordsOf(made, '1.0')).toEqual(['refused asked tag-exists']);
    expect(made.steps).toEqual([]);
  });

  it.each<[string, (shop: Shop) => ChangeRequest[]]>([
    [
      'set and removed',
      ({ index }) => [untag('old'), { kind: 'move-tag', tag: tag('old'), digest: index }],
    ],
    [
      'set to two digests',
      ({ index, lone }) => [
        { kind: 'tag', tag: tag('n'), digest: index },
        { kind: 'tag', tag: tag('n'), digest: lone },
      ],
    ],
  ])('throws where a tag is to be %s', async (_, ask) => {
    const shop = makeShop();
    await expect(plan(shop, ask(shop))).rejects.toThrow(RequestConflict);
  });
});

describe('what could not be read', () => {
  const failing = async (
    fails: (method: string, reference: string) => boolean,
    ask: ChangeRequest[],
  ) => {
    const shop = makeShop({ referrersApi: true });
    shop.registry.before = ({ method, reference }) => {
      if (fails(method, reference)) throw new Error('The registry answered 500.');
    };
    return { shop, made: await plan(shop, ask) };
  };

  it.each(['resolve 1.0', 'listReferrers ', 'read '])(
    'deletes no manifest when "%s" failed, because it may need it',
    async (what) => {
      const [method = '', reference = ''] = what.split(' ');
      const { shop, made } = await failing(
        (each, at) => each === method && (reference === '' || at === reference),
        [deleteTag('old')],
      );
      expect(stepsOf(made)).toEqual(['untag old']);
      expect(made.freed.uniqueBytes).toBe(0);
      expect(wordsOf(made, shop.lone)).toEqual(['keep asked image-stays']);
    },
  );

  it('says so at an image that was asked for', async () => {
    const { lone } = makeShop();
    const { made } = await failing(
      (method) => method === 'listReferrers',
      [deleteImage(lone, 'old')],
    );
    expect(rowsOf(made, lone)).toMatchObject([
      { verdict: 'refused', reason: { code: 'not-known', why: 'The registry answered 500.' } },
    ]);
  });

  it('removes no tag when the list of tags has no end (trap 22)', async () => {
    const { registry } = makeShop();
    const listTags = registry.listTags.bind(registry);
    registry.listTags = async () => ({ ...(await listTags()), incomplete: 'Too many pages.' });
    const made = await plan({ registry }, [untag('old')]);
    expect(made.blockers).toMatchObject([{ code: 'tags-not-known' }]);
    expect(made.blockers[0]?.message).toContain('Too many pages.');
  });

  it('reads only what the requests need', () => {
    expect(depthFor([untag('a'), { kind: 'rename-tag', from: tag('a'), to: tag('b') }])).toBe(
      'tags',
    );
    expect(depthFor([untag('a'), deleteTag('b')])).toBe('everything');
  });

  it('trap 11: says that indexes without a tag cannot be seen, unless they were listed', async () => {
    const ask = [deleteTag('old')];
    expect((await plan(makeShop(), ask)).mayHideUntagged).toBe(true);
    expect((await plan(makeShop({ listsDigests: true }), ask)).mayHideUntagged).toBe(false);
    expect((await plan(makeShop(), [untag('old')])).mayHideUntagged).toBe(false);
  });

  it('trap 11: an index without a tag keeps its child where the registry lists it', async () => {
    const { registry, lone } = makeShop({ listsDigests: true });
    registry.seed(indexJson([lone]));
    expect(stepsOf(await plan({ registry }, [deleteTag('old')]))).toEqual(['untag old']);
  });
});
