import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { executePlan } from '#core/cleanup/execute';
import { RequestConflict } from '#core/cleanup/intents';
import type { JournalEntry } from '#core/cleanup/journal';
import { planUndo } from '#core/cleanup/undo';
import type { Digest } from '#oci/digest';
import type { Tag } from '#oci/tag';
import { place, planOn, policyOf, runOn, type PlannedRun } from '#test/cleanup-run';
import { build, recipe, toRequests, type Recipe } from '#test/generated-repositories';
import { createMemoryJournal, type MemoryJournal } from '#test/memory-journal';
import { hashOf, indexJson, type ModelRegistry } from '#test/model-registry';
import { findHarm, linksOf, takeSnapshot, type Snapshot } from '#test/repository-harm';

type Race = { tag: Tag; target: Digest; children: Digest[] };

/** Somebody tags an image, or an index made of it, at one of the moments when the run lists the tags. */
const prepareRace = (
  { race }: Recipe,
  registry: ModelRegistry,
  made: readonly Digest[],
): { happened: Race | undefined } => {
  const result: { happened: Race | undefined } = { happened: undefined };
  if (race === undefined) return result;
  let left = race.call;
  const digest = made[race.at % made.length];
  registry.before = ({ method }) => {
    // A push between the last look and the deletion is what no client can see; every other one must be seen.
    if (method !== 'listTags' || result.happened !== undefined) return;
    left -= 5;
    if (left > 0 || digest === undefined || !registry.state.manifests.has(digest)) return;
    const tag = `new${race.tag}` as Tag;
    const index = Buffer.from(JSON.stringify(indexJson([digest])));
    const target = race.isIndex ? hashOf(index) : digest;
    registry.race(({ tags, manifests }) => {
      const { mediaType } = indexJson([]) as { mediaType: string };
      if (race.isIndex) manifests.set(target, { mediaType, bytes: index });
      tags.set(tag, target);
    });
    // An index that nobody could see may have lost a child before it got its tag.
    const children = linksOf(registry, target).children;
    const present = children.filter((child) => registry.state.manifests.has(child));
    result.happened = { tag, target, children: present };
  };
  return result;
};

const expectRacerIntact = (registry: ModelRegistry, { tag, target, children }: Race): void => {
  expect(registry.state.tags.get(tag)).toBe(target);
  for (const digest of [target, ...children]) {
    expect(registry.state.manifests.has(digest)).toBe(true);
  }
};

const expectTwiceIsOnce = async (registry: ModelRegistry, planned: PlannedRun): Promise<void> => {
  const tags = registry.tagMap();
  const digests = registry.digests();
  const again = await runOn(registry, planned);
  expect(new Set(again.results.map(({ state }) => state))).toEqual(new Set(['already']));
  expect(registry.tagMap()).toEqual(tags);
  expect(registry.digests()).toEqual(digests);
};

const undo = async (
  registry: ModelRegistry,
  journal: MemoryJournal,
  entry: JournalEntry,
): Promise<void> => {
  const { plan, cannotComeBack } = await planUndo(entry, registry, policyOf(registry));
  expect(cannotComeBack).toEqual([]);
  if (plan.steps.length === 0) return;
  const options = { repository: registry, journal, place, clock: registry.clock };
  const report = await executePlan({ ...options, plan, undoes: entry });
  expect(report.outcome).toBe('done');
};

const tryPlan = async (
  registry: ModelRegistry,
  requests: ReturnType<typeof toRequests>,
): Promise<PlannedRun | undefined> => {
  try {
    return await planOn(registry, requests);
  } catch (error) {
    if (error instanceof RequestConflict) return undefined;
    throw error;
  }
};

const check = async (shape: Recipe): Promise<void> => {
  const { registry, made } = build(shape);
  const requests = toRequests(shape, registry, made);
  const before: Snapshot = takeSnapshot(registry, requests);
  const tags = registry.tagMap();
  const digests = registry.digests();
  const planned = await tryPlan(registry, requests);
  if (planned === undefined || planned.plan.blockers.length > 0) return;
  const race = prepareRace(shape, registry, made);
  const journal = createMemoryJournal();
  const report = await runOn(registry, planned, journal);
  registry.before = undefined;
  expect(findHarm(before, registry, requests)).toEqual([]);
  expect(report.stoppedBy).toBeUndefined();
  if (race.happened !== undefined) return expectRacerIntact(registry, race.happened);
  await expectTwiceIsOnce(registry, planned);
  const entry = journal.entries.get(report.id);
  if (entry === undefined) throw new Error('the run left no journal entry');
  await undo(registry, journal, entry);
  expect(registry.tagMap()).toEqual(tags);
  expect(registry.digests()).toEqual(expect.arrayContaining(digests));
};

describe('plans on generated repositories', () => {
  // A quarter of the 10,000 cases each, so that a failure is found early.
  it.each([1, 2, 3, 4])(
    'never harm what was not asked for, do nothing the second time, and can be undone (%i of 4)',
    { timeout: 120_000 },
    async (part) => {
      const property = fc.asyncProperty(recipe, check);
      const details = await fc.check(property, { numRuns: 2_500, seed: part * 7_919 });
      expect(details.failed, fc.defaultReportMessage(details)).toBe(false);
    },
  );
});
