import * as fc from 'fast-check';
import { expect } from 'vitest';
import { resumePlan } from '#core/cleanup/execute';
import type { ExecutionReport } from '#core/cleanup/plan-run';
import { runOn } from '#test/cleanup-run';
import { recipe, type Recipe } from '#test/generated-repositories';
import { createMemoryJournal, type MemoryJournal } from '#test/memory-journal';
import type { ModelRegistry } from '#test/model-registry';
import { findHarm } from '#test/repository-harm';
import {
  contentsOf,
  entryOf,
  expectRacerIntact,
  expectRestored,
  pushRace,
  setScene,
  undo,
  type Scene,
} from './property-parts';

export type CrashRecipe = {
  readonly shape: Recipe;
  /** Which request or journal line the process does not live to see, modulo how many there are. */
  readonly dies: number;
  /** The same for the way back. */
  readonly diesAgain: number;
};

export const crashRecipe: fc.Arbitrary<CrashRecipe> = fc.record({
  shape: recipe,
  dies: fc.nat({ max: 997 }),
  diesAgain: fc.nat({ max: 997 }),
});

/** Stands for SIGKILL: from one moment on nothing the process does has any effect. */
class Life {
  events = 0;
  constructor(private readonly until = Number.POSITIVE_INFINITY) {}
  readonly tick = (): void => {
    if (this.events >= this.until) throw new Error('killed');
    this.events += 1;
  };
}

/** Runs work that may die. False: it died. */
const survives = async (work: () => Promise<unknown>): Promise<boolean> => {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof Error && error.message === 'killed') return false;
    throw error;
  }
};

type Left = { readonly registry: ModelRegistry; readonly journal: MemoryJournal };

const copyOf = ({ registry, journal }: Left, life?: Life): Left => {
  const copy = registry.copy();
  copy.before = life?.tick;
  return { registry: copy, journal: journal.copy(life?.tick) };
};

const runUntil = async ({ registry, planned }: Scene, life: Life): Promise<Left> => {
  const { registry: copy, journal } = copyOf({ registry, journal: createMemoryJournal() }, life);
  await survives(() => runOn(copy, planned, journal));
  copy.before = undefined;
  return { registry: copy, journal };
};

const resume = async ({ registry, journal }: Left, id: string): Promise<ExecutionReport> => {
  const limits = { recheckMs: 0 };
  const options = { repository: registry, journal, id, clock: registry.clock, limits };
  const report = await resumePlan(options);
  if (report === undefined) throw new Error('the entry is not in the journal');
  return report;
};

const checkContinued = async (left: Left, whole: ModelRegistry, scene: Scene): Promise<void> => {
  const { registry, journal } = copyOf(left);
  for (const id of journal.entries.keys()) {
    const report = await resume({ registry, journal }, id);
    expect(report.stoppedBy).toBeUndefined();
  }
  expect(registry.tagMap()).toEqual(whole.tagMap());
  expect(registry.digests()).toEqual(whole.digests());
  expect(findHarm(scene.before, registry, scene.requests)).toEqual([]);
};

/** Somebody pushes while the process is dead: what is pushed stays whole, and the rest is not harmed. */
const checkContinuedAfterPush = async (left: Left, scene: Scene, shape: Recipe): Promise<void> => {
  const { registry, journal } = copyOf(left);
  const { race } = shape;
  const digest = scene.made[(race?.at ?? 0) % scene.made.length];
  if (race === undefined || digest === undefined) return;
  const happened = pushRace(registry, digest, race);
  if (happened === undefined) return;
  for (const id of journal.entries.keys()) await resume({ registry, journal }, id);
  expectRacerIntact(registry, happened);
  // Pushed again after it had been deleted, it is as new, and owed none of what it had.
  const { target } = happened;
  if (scene.before.digests.has(target) && !left.registry.state.manifests.has(target)) return;
  expect(findHarm(scene.before, registry, scene.requests)).toEqual([]);
};

/** The way back dies as well. Then it is continued where it had begun, and begun where it had not. */
const checkRolledBack = async (left: Left, scene: Scene, diesAgain: number): Promise<void> => {
  const [id] = left.journal.entries.keys();
  if (id === undefined) return;
  const life = new Life();
  const whole = copyOf(left, life);
  await undo(whole.registry, whole.journal, entryOf(whole.journal, id));
  const dying = copyOf(left, new Life(diesAgain % (life.events + 1)));
  await survives(() => undo(dying.registry, dying.journal, entryOf(dying.journal, id)));
  const { registry, journal } = copyOf(dying);
  const back = [...journal.entries.values()].find(({ header }) => header.undoes === id);
  const report =
    back === undefined
      ? await undo(registry, journal, entryOf(journal, id))
      : await resume({ registry, journal }, back.header.id);
  expect(report?.outcome ?? 'done').toBe('done');
  expectRestored(registry, scene.registry.tagMap(), contentsOf(scene.registry));
};

export const checkCrash = async ({ shape, dies, diesAgain }: CrashRecipe): Promise<boolean> => {
  const scene = await setScene(shape);
  if (scene === undefined) return false;
  const life = new Life();
  const whole = await runUntil(scene, life);
  const left = await runUntil(scene, new Life(dies % life.events));
  if (left.journal.entries.size === 0) {
    expect(left.registry.tagMap()).toEqual(scene.registry.tagMap());
    expect(left.registry.digests()).toEqual(scene.registry.digests());
    return true;
  }
  await checkContinued(left, whole.registry, scene);
  await checkContinuedAfterPush(left, scene, shape);
  await checkRolledBack(left, scene, diesAgain);
  return true;
};
