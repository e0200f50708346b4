import * as fc from 'fast-check';
import { expect } from 'vitest';
import type { StepResult } from '#core/cleanup/run-context';
import { runOn } from '#test/cleanup-run';
import { recipe, type Recipe } from '#test/generated-repositories';
import { createMemoryJournal } from '#test/memory-journal';
import { ModelError, type ModelRegistry, type ModelSwitches } from '#test/model-registry';
import { findHarm } from '#test/repository-harm';
import { contentsOf, entryOf, expectRestored, setScene, undo } from './property-parts';

export type OddRecipe = {
  readonly shape: Recipe;
  readonly odd: ModelSwitches;
  readonly faults: { status: number; from: number; count: number } | undefined;
};

const ODD: readonly ModelSwitches[] = [
  {},
  { dropsUntagged: true },
  // With Google's rule besides there would be no way left to remove a tag.
  { deleteByTag: 'deletes-siblings', refusesTagged: false },
  { deleteByTag: 'ignores' },
  { deleteByDigest: 'ignores' },
  { deleteByDigest: 'leaves-tags' },
  { refusesChildren: true },
  { refusesTagged: true, deleteByTag: 'untags' },
  { lagMs: 5_000 },
];

export const oddRecipe: fc.Arbitrary<OddRecipe> = fc.record({
  shape: recipe,
  odd: fc.constantFrom(...ODD),
  faults: fc.option(
    fc.record({
      status: fc.constantFrom(403, 405, 429, 500),
      from: fc.nat({ max: 60 }),
      // 99: it stays that way
      count: fc.constantFrom(1, 2, 99),
    }),
    { nil: undefined, freq: 2 },
  ),
});

const CODES: Readonly<Record<number, string>> = {
  403: 'denied',
  405: 'unsupported',
  429: 'rate-limited',
  500: 'registry-failed',
};

/** Writes fail from one moment on, and reads too where the registry itself is failing. */
const injectFaults = (registry: ModelRegistry, { faults, odd }: OddRecipe): void => {
  if (faults === undefined) return;
  let calls = 0;
  registry.before = ({ method }) => {
    const isWrite = method === 'put' || method === 'remove';
    calls += 1;
    const isDue = calls > faults.from && calls <= faults.from + faults.count;
    // The last look at the names is what tells of names that were left behind.
    const isLook = odd.deleteByDigest === 'leaves-tags' && !isWrite;
    if (!isDue || isLook || (!isWrite && faults.status < 429)) return;
    throw new ModelError(CODES[faults.status] ?? '', faults.status);
  };
};

/** What a step says it has done can be seen in the registry, whatever the registry answered. */
const isTrue = (
  { state: { tags, manifests } }: ModelRegistry,
  { step, state, note }: StepResult,
): boolean => {
  if (state !== 'done' && state !== 'already') return true;
  switch (step.kind) {
    case 'put-tag':
      return tags.get(step.tag) === step.digest && manifests.has(step.digest);
    case 'put-manifest':
      return manifests.has(step.digest);
    case 'untag':
      return !tags.has(step.tag) || note === 'tag-left-behind';
    case 'delete-manifest':
      return !manifests.has(step.digest);
    case 'update-list':
    case 'remove-repository':
      return true;
  }
};

/** The registry does for good what it is asked for, or refuses to: so it can be put right. */
const canUndo = ({ deleteByTag, deleteByDigest }: ModelSwitches): boolean =>
  deleteByTag !== 'ignores' && deleteByDigest !== 'ignores';

export const checkOddRegistry = async (odd: OddRecipe): Promise<boolean> => {
  const switches = { ...odd.shape.switches, ...odd.odd };
  const scene = await setScene({ ...odd.shape, switches });
  if (scene === undefined) return false;
  const { registry, requests, before, planned } = scene;
  const tags = registry.tagMap();
  const contents = contentsOf(registry);
  const journal = createMemoryJournal();
  injectFaults(registry, odd);
  const report = await runOn(registry, planned, journal);
  registry.before = undefined;
  await registry.clock.wait(10_000);
  // What cannot be put back while the registry takes nothing is left to the roll back, and the report says so.
  const isCutOff = report.outcome === 'stopped' && odd.faults !== undefined;
  if (!isCutOff) expect(findHarm(before, registry, requests)).toEqual([]);
  for (const result of report.results) {
    expect(isTrue(registry, result), JSON.stringify(result)).toBe(true);
  }
  if (!canUndo(switches)) return true;
  const entry = entryOf(journal, report.id);
  const first = await undo(registry, journal, entry);
  // A registry that takes other tags along is found out by the first one, and the rest goes another way.
  if (first?.outcome === 'stopped') await undo(registry, journal, entry, first.learned);
  await registry.clock.wait(10_000);
  const tagged = new Set(Object.values(tags));
  // A registry that drops what has no tag owes nobody an image that had none.
  const owed = [...contents].filter(([digest]) => !switches.dropsUntagged || tagged.has(digest));
  expectRestored(registry, tags, new Map(owed));
  return true;
};
