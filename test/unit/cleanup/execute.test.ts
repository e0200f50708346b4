import { describe, expect, it } from 'vitest';
import { PlanBlocked, resumePlan } from '#core/cleanup/execute';
import { JournalError } from '#core/cleanup/journal';
import type { ChangeRequest } from '#core/cleanup/plan';
import type { ExecutionReport } from '#core/cleanup/plan-run';
import { formatNote } from '#core/cleanup/words';
import type { Digest } from '#oci/digest';
import { planOn, runOn } from '#test/cleanup-run';
import { createMemoryJournal } from '#test/memory-journal';
import { indexJson, ModelError, type ModelRegistry } from '#test/model-registry';
import {
  cosignTag,
  deleteImage,
  deleteTag,
  makeShop,
  seedImage,
  seedReferrer,
  tag,
  untag,
} from './samples';

const change = async (
  registry: ModelRegistry,
  ...requests: ChangeRequest[]
): Promise<ExecutionReport> => {
  const planned = await planOn(registry, requests);
  registry.calls.length = 0;
  return runOn(registry, planned);
};

const statesOf = ({ results }: ExecutionReport): string[] =>
  results.map(({ state, note }) => (note === undefined ? state : `${state} ${note}`));

const writesOf = (registry: ModelRegistry): string[] =>
  registry.calls.flatMap(({ method, reference }) =>
    ['put', 'remove', 'putBlob'].includes(method) ? `${method} ${reference}` : [],
  );

describe('a registry like distribution 2.8, which deletes by digest only', () => {
  const open = () => makeShop({ deleteByTag: 'refuses' });

  it('trap 1 and trap 2: takes one tag off by a placeholder, and its sibling still pulls', async () => {
    const { registry, index, lone } = open();
    const report = await change(registry, untag('1.0'));
    expect(report.outcome).toBe('done');
    expect(registry.tagMap()).toEqual({ latest: index, old: lone });
    expect(registry.digests()).toContain(index);
    expect(registry.digests()).toHaveLength(4);
  });

  it('trap 3: never deletes a digest that it did not put there itself', async () => {
    const { registry } = open();
    const before = new Set<string>(registry.digests());
    await change(registry, untag('1.0'), untag('old'));
    const removed = writesOf(registry).filter((call) => call.startsWith('remove'));
    expect(removed).toHaveLength(2);
    for (const call of removed) expect(before.has(call.slice('remove '.length))).toBe(false);
  });

  it('keeps to the requests that the plan counts, but for the blob that placeholders share', async () => {
    const { registry } = open();
    const planned = await planOn(registry, [untag('1.0'), untag('old')]);
    registry.calls.length = 0;
    await runOn(registry, planned);
    const blobs = registry.calls.filter(({ method }) => method === 'putBlob');
    expect(blobs).toHaveLength(1);
    // One look whether the registry keeps an image without a tag; it need not be asked again.
    expect(registry.calls.length - blobs.length).toBe(planned.plan.requestCount + 1);
  });

  it('trap 3: puts the image back when the placeholder cannot be deleted', async () => {
    const { registry, index } = open();
    registry.before = ({ method }) => {
      if (method === 'remove') throw new ModelError('unsupported', 405);
    };
    const report = await change(registry, untag('1.0'), untag('old'));
    expect(report.outcome).toBe('stopped');
    expect(statesOf(report)).toEqual(['put-back put-back', 'not-run']);
    expect(report.stoppedBy).toBe('The registry answered 405.');
    expect(registry.tagMap()).toMatchObject({ '1.0': index, latest: index });
    expect(report.learned.deleteByDigest).toMatchObject({ answer: 'no', how: 'refused-just-now' });
  });

  it('trap 3: puts the image back when the deletion is accepted and nothing happens', async () => {
    const { registry, index } = makeShop({ deleteByTag: 'refuses', deleteByDigest: 'ignores' });
    const report = await change(registry, untag('1.0'));
    expect(report.outcome).toBe('stopped');
    expect(registry.tagMap()).toMatchObject({ '1.0': index });
  });

  it('changes nothing when the placeholder is not accepted', async () => {
    const { registry } = open();
    const before = registry.tagMap();
    registry.before = ({ method, reference }) => {
      if (method === 'put' && reference === '1.0') throw new ModelError('denied', 403);
    };
    const report = await change(registry, untag('1.0'));
    expect(statesOf(report)[0]).toMatch(/^(failed|put-back)/u);
    expect(registry.tagMap()).toEqual(before);
    expect(report.learned.push).toMatchObject({ answer: 'no' });
  });

  it('uses a Docker manifest in the place of a Docker image', async () => {
    const { registry } = open();
    const mediaType = 'application/vnd.docker.distribution.manifest.v2+json';
    seedImage(registry, 'docker', ['d'], { mediaType });
    const put: string[] = [];
    const original = registry.put.bind(registry);
    registry.put = (reference, content) => {
      put.push(content.mediaType);
      return original(reference, content);
    };
    await change(registry, untag('d'));
    expect(put).toEqual([mediaType]);
  });
});

describe('a registry that deletes tags', () => {
  it('trap 2: untags, and the image and its siblings stay', async () => {
    const { registry, index, lone } = makeShop();
    const report = await change(registry, untag('1.0'));
    expect(writesOf(registry)).toEqual(['remove 1.0']);
    expect(registry.tagMap()).toEqual({ latest: index, old: lone });
    expect(report.learned.deleteByTag).toEqual({ answer: 'yes', how: 'seen' });
  });

  it('trap 7: does not believe 202', async () => {
    const { registry } = makeShop({ deleteByTag: 'ignores' });
    const before = registry.tagMap();
    const report = await change(registry, untag('1.0'), untag('old'));
    expect(report.outcome).toBe('stopped');
    expect(statesOf(report)).toEqual(['failed not-confirmed', 'not-run']);
    expect(registry.tagMap()).toEqual(before);
  });

  it('trap 7: does not believe 404 either', async () => {
    const { registry } = makeShop();
    registry.before = ({ method }) => {
      if (method === 'remove') throw new ModelError('not-found', 404);
    };
    const report = await change(registry, untag('1.0'));
    expect(statesOf(report)).toEqual(['failed not-confirmed']);
  });

  it('trap 1: puts siblings back that went along, and gives the registry no further tag', async () => {
    const { registry, index, amd64, arm64 } = makeShop({ deleteByTag: 'deletes-siblings' });
    const report = await change(registry, untag('1.0'), untag('old'));
    expect(statesOf(report)).toEqual(['done siblings-put-back', 'not-run']);
    expect(report.outcome).toBe('stopped');
    expect(registry.tagMap()).toMatchObject({ latest: index });
    expect(registry.tagMap()).not.toHaveProperty('1.0');
    expect(registry.digests()).toEqual(expect.arrayContaining([index, amd64, arm64]));
    expect(report.learned.deleteByTag?.answer).toBe('no');
    expect(report.lostTags).toEqual([]);
  });

  it('trap 1: a rename leaves the new name where the old one would take the image along', async () => {
    const { registry, lone } = makeShop({ deleteByTag: 'deletes-siblings' });
    await change(registry, { kind: 'rename-tag', from: tag('old'), to: tag('older') });
    expect(registry.tagMap()).toMatchObject({ older: lone });
    expect(registry.digests()).toContain(lone);
  });

  it.each<[string, (index: Digest) => ChangeRequest]>([
    ['untagged', () => untag('old')],
    ['moved away from', (index) => ({ kind: 'move-tag', tag: tag('old'), digest: index })],
  ])('trap 15: an image that is dropped when it is %s comes back by its digest', async (_, ask) => {
    const { registry, index, lone } = makeShop({ dropsUntagged: true });
    registry.seed(indexJson([lone]), ['needs-it']);
    const report = await change(registry, ask(index));
    expect(statesOf(report)).toEqual(['done image-put-back']);
    expect(registry.digests()).toContain(lone);
  });

  it('trap 7: tells of a name that is still listed after its digest went', async () => {
    const { registry, lone } = makeShop({ deleteByDigest: 'leaves-tags' });
    const report = await change(registry, deleteTag('old'));
    expect(statesOf(report)).toEqual(['done tag-left-behind']);
    expect(registry.digests()).not.toContain(lone);
    expect(formatNote('tag-left-behind')).toContain('still lists');
  });
});

describe('a registry with rules of its own', () => {
  it('trap 4: untags, then deletes the index, then its children', async () => {
    const { registry, index, amd64, arm64, lone } = makeShop({ refusesTagged: true });
    const report = await change(registry, deleteTag('1.0'), deleteTag('latest'));
    expect(report.outcome).toBe('done');
    expect(writesOf(registry)).toEqual(
      ['1.0', 'latest', index, arm64, amd64].map((each) => `remove ${each}`),
    );
    expect(registry.digests()).toEqual([lone]);
  });

  it('trap 5: one child that is refused does not stop the rest, and is told', async () => {
    const { registry, index, amd64, arm64 } = makeShop({ refusesChildren: true });
    // An index that no tag leads to holds one of the children.
    registry.seed(indexJson([amd64], { annotations: { hidden: 'yes' } }));
    const report = await change(registry, deleteTag('1.0'), deleteTag('latest'));
    expect(report.outcome).toBe('done-with-exceptions');
    expect(statesOf(report).sort()).toEqual(['done', 'done', 'failed registry-refused']);
    expect(registry.digests()).toContain(amd64);
    expect(registry.digests()).not.toContain(index);
    expect(registry.digests()).not.toContain(arm64);
  });

  it('waits for a change that becomes visible five seconds later', async () => {
    const { registry, lone } = makeShop({ lagMs: 5_000 });
    const report = await change(registry, untag('1.0'), deleteTag('old'));
    expect(report.outcome).toBe('done');
    expect(registry.digests()).not.toContain(lone);
    expect(registry.clock.now()).toBeGreaterThanOrEqual(10_000);
  });

  it('waits for a placeholder that becomes visible five seconds later', async () => {
    const { registry, index, lone } = makeShop({ lagMs: 5_000, deleteByTag: 'refuses' });
    const report = await change(registry, untag('1.0'));
    expect(report.outcome).toBe('done');
    expect(registry.tagMap()).toEqual({ latest: index, old: lone });
  });

  it('trap 8: a digest that is gone already counts as deleted', async () => {
    const { registry, lone } = makeShop();
    const planned = await planOn(registry, [deleteTag('old')]);
    registry.race(({ manifests, tags }) => {
      manifests.delete(lone);
      tags.delete(tag('old'));
    });
    const report = await runOn(registry, planned);
    expect(statesOf(report)).toEqual(['already']);
    expect(report.outcome).toBe('done');
  });
});

describe('a busy or failing registry', () => {
  const failing = (registry: ModelRegistry, times: number, error: ModelError): void => {
    let left = times;
    registry.before = ({ method }) => {
      if (method !== 'remove' || left <= 0) return;
      left -= 1;
      throw error;
    };
  };

  it.each([
    ['429 that asks for seven seconds', new ModelError('rate-limited', 429, 7_000), 7_000],
    ['500', new ModelError('registry-failed', 500), 500],
  ])('tries again after a %s', async (_, error, waitMs) => {
    const { registry } = makeShop();
    failing(registry, 1, error);
    const report = await change(registry, untag('1.0'));
    expect(report.outcome).toBe('done');
    expect(registry.clock.now()).toBeGreaterThanOrEqual(waitMs);
  });

  it('stops after four tries, says why, and goes on later', async () => {
    const { registry, index } = makeShop();
    failing(registry, 4, new ModelError('registry-failed', 500));
    const journal = createMemoryJournal();
    const planned = await planOn(registry, [untag('1.0'), untag('old')]);
    const report = await runOn(registry, planned, journal);
    expect(statesOf(report)).toEqual(['failed', 'not-run']);
    expect(report.stoppedBy).toBe('The registry answered 500.');
    const options = { repository: registry, journal, id: report.id, clock: registry.clock };
    const second = await resumePlan(options);
    expect(second?.outcome).toBe('done');
    expect(registry.tagMap()).toEqual({ latest: index });
  });

  it('spends no more tries than the plan as a whole may', async () => {
    const { registry } = makeShop();
    const names = Array.from({ length: 6 }, (_, each) => `n${each}`);
    for (const name of names) seedImage(registry, name, [name]);
    let removes = 0;
    registry.before = ({ method }) => {
      if (method !== 'remove') return;
      removes += 1;
      // Each first try fails.
      if (removes % 2 === 1) throw new ModelError('registry-failed', 502);
    };
    const planned = await planOn(registry, names.map(untag));
    const limits = { retryBudget: 3, recheckMs: 0 };
    const report = await runOn(registry, planned, createMemoryJournal(), { limits });
    expect(statesOf(report)).toEqual(['done', 'done', 'done', 'failed', 'not-run', 'not-run']);
  });

  it('does not wait an hour because a registry says so', async () => {
    const { registry } = makeShop();
    failing(registry, 1, new ModelError('rate-limited', 429, 3_600_000));
    const report = await change(registry, untag('1.0'));
    expect(report.outcome).toBe('stopped');
    expect(registry.clock.now()).toBeLessThan(60_000);
  });

  it('stops when the right is lost half-way, and gives an image that stays its signature back', async () => {
    const { registry, lone } = makeShop();
    const signature = seedImage(registry, 'sig', ['also']);
    registry.seedTag(cosignTag(lone), signature);
    registry.before = ({ method, reference }) => {
      if (method === 'remove' && reference === lone) throw new ModelError('denied', 403);
    };
    const before = registry.tagMap();
    const report = await change(registry, deleteTag('old'));
    expect(report.outcome).toBe('stopped');
    expect(statesOf(report)).toEqual(['put-back needed-meanwhile', 'failed']);
    expect(registry.tagMap()).toEqual(before);
  });
});

describe('what moves meanwhile (trap 10)', () => {
  const plannedThen = async (
    requests: ChangeRequest[],
    happens: (shop: ReturnType<typeof makeShop>) => void,
    switches = {},
  ) => {
    const shop = makeShop(switches);
    const planned = await planOn(shop.registry, requests);
    happens(shop);
    return { ...shop, report: await runOn(shop.registry, planned) };
  };
  const move = (name: string, to: 'index' | 'lone') => (shop: ReturnType<typeof makeShop>) =>
    shop.registry.seedTag(name, shop[to]);

  it.each(['refuses', 'untags'] as const)(
    'trap 10: a tag that moved is left alone (delete by tag: %s)',
    async (deleteByTag) => {
      const { registry, lone, report } = await plannedThen([untag('1.0')], move('1.0', 'lone'), {
        deleteByTag,
      });
      expect(statesOf(report)).toEqual(['skipped moved-meanwhile']);
      expect(report.outcome).toBe('done-with-exceptions');
      expect(registry.tagMap()).toMatchObject({ '1.0': lone });
    },
  );

  it('trap 10: a push onto the placeholder stays, and so does its tag', async () => {
    const { registry, index, lone } = makeShop({ deleteByTag: 'refuses' });
    const planned = await planOn(registry, [untag('1.0')]);
    registry.before = ({ method }) => {
      if (method === 'remove') registry.seedTag('1.0', lone);
    };
    const report = await runOn(registry, planned);
    expect(report.outcome).toBe('done');
    expect(registry.tagMap()).toEqual({ '1.0': lone, latest: index, old: lone });
  });

  it('trap 10: a tag that appeared under the new name is not overwritten', async () => {
    const { registry, index } = makeShop();
    const planned = await planOn(registry, [{ kind: 'tag', tag: tag('new'), digest: index }]);
    const other = seedImage(registry, 'other', ['new']);
    const report = await runOn(registry, planned);
    expect(statesOf(report)).toEqual(['skipped moved-meanwhile']);
    expect(registry.tagMap()).toMatchObject({ new: other });
  });

  it('trap 10: a tag that is gone is not moved', async () => {
    const shop = makeShop();
    const planned = await planOn(shop.registry, [
      { kind: 'move-tag', tag: tag('old'), digest: shop.index },
    ]);
    shop.registry.race(({ tags }) => tags.delete(tag('old')));
    const report = await runOn(shop.registry, planned);
    expect(statesOf(report)).toEqual(['skipped gone-meanwhile']);
    expect(shop.registry.tagMap()).not.toHaveProperty('old');
  });

  it('trap 1 and trap 10: an image that got a new tag is not deleted', async () => {
    const { registry, lone, report } = await plannedThen([deleteTag('old')], move('new', 'lone'));
    expect(statesOf(report)).toEqual(['skipped needed-meanwhile']);
    expect(registry.tagMap()).toMatchObject({ old: lone, new: lone });
  });

  it('trap 10 and trap 11: a child that a new index needs is not deleted', async () => {
    const { registry, lone, report } = await plannedThen([deleteTag('old')], (shop) =>
      shop.registry.seed(indexJson([shop.lone]), ['bundle']),
    );
    expect(statesOf(report)).toEqual(['skipped needed-meanwhile']);
    expect(registry.digests()).toContain(lone);
  });

  it('trap 45: an image that was signed meanwhile is not deleted', async () => {
    const { registry, lone, report } = await plannedThen(
      [deleteTag('old')],
      (shop) => seedReferrer(shop.registry, shop.lone, 'new signature'),
      { referrersApi: true },
    );
    expect(statesOf(report)).toEqual(['skipped referrer-meanwhile']);
    expect(registry.digests()).toContain(lone);
  });

  it('puts back what it deleted before something came that needs it', async () => {
    const shop = makeShop();
    const { registry, index, amd64, arm64 } = shop;
    const planned = await planOn(registry, [deleteTag('1.0'), deleteTag('latest')]);
    const onProgress = ({ completed }: { completed: number }): void => {
      if (completed === 2) registry.seed(indexJson([arm64, amd64]), ['again']);
    };
    const report = await runOn(registry, planned, createMemoryJournal(), { onProgress });
    expect(report.outcome).toBe('done-with-exceptions');
    expect(registry.digests()).toEqual(expect.arrayContaining([amd64, arm64]));
    expect(registry.digests()).not.toContain(index);
  });
});

describe('a run', () => {
  it('refuses a plan with a blocker before it writes anything', async () => {
    const { registry, lone } = makeShop();
    const planned = await planOn(registry, [deleteImage(lone, 'old')], { isReadOnly: true });
    const journal = createMemoryJournal();
    await expect(runOn(registry, planned, journal)).rejects.toThrow(PlanBlocked);
    expect(writesOf(registry)).toEqual([]);
    expect(journal.entries.size).toBe(0);
  });

  it('lets one writer at a repository', async () => {
    const { registry } = makeShop();
    const journal = createMemoryJournal();
    const planned = await planOn(registry, [untag('1.0')]);
    const [first, second] = await Promise.allSettled([
      runOn(registry, planned, journal),
      runOn(registry, planned, journal),
    ]);
    expect(first.status).toBe('fulfilled');
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'locked' } });
  });

  it('stops between two steps when it is cancelled, and goes on later', async () => {
    const { registry, index } = makeShop();
    const journal = createMemoryJournal();
    const planned = await planOn(registry, [untag('1.0'), untag('old')]);
    const controller = new AbortController();
    const report = await runOn(registry, planned, journal, {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    expect(report.outcome).toBe('cancelled');
    expect(statesOf(report)).toEqual(['done', 'not-run']);
    await resumePlan({ repository: registry, journal, id: report.id, clock: registry.clock });
    expect(registry.tagMap()).toEqual({ latest: index });
  });

  it('makes not one more step when the journal cannot be written', async () => {
    const { registry } = makeShop();
    let lines = 0;
    const journal = createMemoryJournal(() => {
      lines += 1;
      // The entry, begun, done, and then no more.
      if (lines > 3) throw new JournalError('disk-full');
    });
    const planned = await planOn(registry, [untag('1.0'), untag('old')]);
    registry.calls.length = 0;
    const report = await runOn(registry, planned, journal);
    expect(report.outcome).toBe('stopped');
    expect(report.stoppedBy).toContain('disk is full');
    expect(writesOf(registry)).toEqual(['remove 1.0']);
  });

  it('writes nothing when the entry cannot be written', async () => {
    const { registry } = makeShop();
    const planned = await planOn(registry, [untag('1.0')]);
    registry.calls.length = 0;
    const journal = createMemoryJournal(() => {
      throw new JournalError('disk-full');
    });
    await expect(runOn(registry, planned, journal)).rejects.toMatchObject({ code: 'disk-full' });
    expect(writesOf(registry)).toEqual([]);
  });

  it('tells of a tag that nobody asked to remove and that is gone at the end', async () => {
    const { registry } = makeShop();
    const planned = await planOn(registry, [untag('1.0')]);
    const onProgress = (): void => registry.race(({ tags }) => tags.delete(tag('old')));
    const report = await runOn(registry, planned, createMemoryJournal(), { onProgress });
    expect(report.lostTags).toEqual(['old']);
  });

  it('removes a repository at once, unless a tag came meanwhile', async () => {
    const { registry } = makeShop();
    const policy = { canRemoveRepository: true };
    const planned = await planOn(registry, [{ kind: 'delete-repository' }], policy);
    const repository = Object.assign(registry, {
      removeRepository: () => {
        registry.race(({ tags, manifests }) => {
          tags.clear();
          manifests.clear();
        });
        return Promise.resolve();
      },
    });
    registry.seedTag('came', planned.plan.tagsBefore['old'] ?? ('' as Digest));
    const kept = await runOn(repository, planned);
    expect(statesOf(kept)).toEqual(['skipped appeared-meanwhile']);
    registry.race(({ tags }) => tags.delete(tag('came')));
    const gone = await runOn(repository, planned);
    expect(gone.outcome).toBe('done');
    expect(registry.digests()).toEqual([]);
  });
});
