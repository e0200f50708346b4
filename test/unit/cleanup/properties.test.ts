import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExecutionProgress } from '#core/cleanup/plan-run';
import { runOn, type PlannedRun } from '#test/cleanup-run';
import { recipe, type Recipe } from '#test/generated-repositories';
import { createMemoryJournal } from '#test/memory-journal';
import type { ModelRegistry } from '#test/model-registry';
import { findHarm } from '#test/repository-harm';
import { checkCrash, crashRecipe } from './crash-property';
import { checkOddRegistry, oddRecipe } from './odd-registry-property';
import {
  contentsOf,
  entryOf,
  expectRacerIntact,
  expectRestored,
  pushRace,
  setScene,
  undo,
  type Race,
  type Scene,
} from './property-parts';

type Racer = { happened?: Race; push(completed: number): void };

/**
 * Somebody pushes between two steps. A push between the last look of a step and its deletion is what no client can see;
 * every other one must be seen.
 */
const prepareRace = ({ race }: Recipe, { registry, made, planned }: Scene): Racer => {
  const digest = made[(race?.at ?? 0) % made.length];
  if (race === undefined || digest === undefined) return { push() {} };
  const due = race.after % planned.plan.steps.length;
  const racer: Racer = {
    push(completed) {
      const happened = completed === due ? pushRace(registry, digest, race) : undefined;
      if (happened !== undefined) racer.happened = happened;
    },
  };
  return racer;
};

const expectTwiceIsOnce = async (registry: ModelRegistry, planned: PlannedRun): Promise<void> => {
  const tags = registry.tagMap();
  const digests = registry.digests();
  const again = await runOn(registry, planned);
  expect(new Set(again.results.map(({ state }) => state))).toEqual(new Set(['already']));
  expect(registry.tagMap()).toEqual(tags);
  expect(registry.digests()).toEqual(digests);
};

/** False: the case had nothing to run. */
const check = async (shape: Recipe): Promise<boolean> => {
  const scene = await setScene(shape);
  if (scene === undefined) return false;
  const { registry, requests, before, planned } = scene;
  const tags = registry.tagMap();
  const contents = contentsOf(registry);
  const race = prepareRace(shape, scene);
  const journal = createMemoryJournal();
  race.push(0);
  const onProgress = ({ completed }: ExecutionProgress): void => race.push(completed);
  const report = await runOn(registry, planned, journal, { onProgress });
  expect(findHarm(before, registry, requests)).toEqual([]);
  expect(report.stoppedBy).toBeUndefined();
  if (race.happened !== undefined) {
    expectRacerIntact(registry, race.happened);
    return true;
  }
  await expectTwiceIsOnce(registry, planned);
  const undone = await undo(registry, journal, entryOf(journal, report.id));
  expect(undone?.outcome ?? 'done').toBe('done');
  expectRestored(registry, tags, contents);
  return true;
};

/** Gives how many cases had something to run. @throws with the smallest case that fails */
const runProperty = async <T>(
  arbitrary: fc.Arbitrary<T>,
  property: (value: T) => Promise<boolean>,
  options: { numRuns: number; seed: number },
): Promise<number> => {
  let ran = 0;
  const counted = fc.asyncProperty(arbitrary, async (value) => {
    if (await property(value)) ran += 1;
  });
  const details = await fc.check(counted, options);
  const cause = details.errorInstance;
  if (details.failed) throw new Error(fc.defaultReportMessage(details), { cause });
  return ran;
};

const TIMEOUT = { timeout: 300_000 };

/** 16,000 cases altogether, and 10,000 of them have something to run. */
describe('plans on generated repositories', () => {
  // In parts, so that a failure is found early.
  it.each([1, 2, 3, 4])(
    'traps 1, 8, 10, 11, 14, 43, 44 and 45: never harm what was not asked for, do nothing the second time, and can be undone (%i of 4)',
    TIMEOUT,
    async (part) => {
      const ran = await runProperty(recipe, check, { numRuns: 2_750, seed: part * 7_919 });
      expect(ran).toBeGreaterThan(1_500);
    },
  );

  it(
    'end right when the process dies between any two steps and is continued or rolled back later',
    TIMEOUT,
    async () => {
      const ran = await runProperty(crashRecipe, checkCrash, { numRuns: 2_500, seed: 104_729 });
      expect(ran).toBeGreaterThan(1_500);
    },
  );

  it(
    'traps 2, 4, 5, 7 and 15: harm nothing and report the truth on a registry with faults and habits of its own',
    TIMEOUT,
    async () => {
      const options = { numRuns: 2_500, seed: 15_485_863 };
      const ran = await runProperty(oddRecipe, checkOddRegistry, options);
      expect(ran).toBeGreaterThan(1_500);
    },
  );
});
