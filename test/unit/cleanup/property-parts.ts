import { expect } from 'vitest';
import { mergeCapabilities } from '#core/cleanup/capabilities';
import { executePlan } from '#core/cleanup/execute';
import { RequestConflict } from '#core/cleanup/intents';
import type { JournalEntry } from '#core/cleanup/journal';
import type { ChangeRequest } from '#core/cleanup/plan';
import type { ExecutionReport } from '#core/cleanup/plan-run';
import { planUndo } from '#core/cleanup/undo';
import type { Digest } from '#oci/digest';
import type { Tag } from '#oci/tag';
import { place, planOn, policyOf, type PlannedRun } from '#test/cleanup-run';
import { build, toRequests, type Recipe } from '#test/generated-repositories';
import type { MemoryJournal } from '#test/memory-journal';
import { hashOf, indexJson, type ModelRegistry } from '#test/model-registry';
import { linksOf, takeSnapshot, type Snapshot } from '#test/repository-harm';

export type Scene = {
  readonly registry: ModelRegistry;
  readonly made: readonly Digest[];
  readonly requests: readonly ChangeRequest[];
  readonly before: Snapshot;
  readonly planned: PlannedRun;
};

/** The repository of a recipe and a plan that may run; undefined where there is nothing to do. */
export const setScene = async (shape: Recipe): Promise<Scene | undefined> => {
  const { registry, made } = build(shape);
  const requests = toRequests(shape, registry, made);
  const before = takeSnapshot(registry, requests);
  try {
    const planned = await planOn(registry, requests);
    registry.calls.length = 0;
    const isReady = planned.plan.blockers.length === 0;
    return isReady ? { registry, made, requests, before, planned } : undefined;
  } catch (error) {
    if (error instanceof RequestConflict) return undefined;
    throw error;
  }
};

export const entryOf = (journal: MemoryJournal, id: string): JournalEntry => {
  const entry = journal.entries.get(id);
  if (entry === undefined) throw new Error('the run left no journal entry');
  return entry;
};

/** Manifests with media types and bytes, by digest. */
export const contentsOf = (registry: ModelRegistry): Map<Digest, string> =>
  new Map(
    [...registry.state.manifests].map(([digest, { mediaType, bytes }]) => [
      digest,
      `${mediaType} ${Buffer.from(bytes).toString('utf8')}`,
    ]),
  );

/** Every tag where it was, and every manifest as it was. What was there besides may stay. */
export const expectRestored = (
  registry: ModelRegistry,
  tags: Record<string, Digest>,
  contents: ReadonlyMap<Digest, string>,
): void => {
  const { manifests } = registry.state;
  // A name with nothing behind it is what some registries leave (trap 7).
  const pulled = Object.entries(registry.tagMap()).filter(([, digest]) => manifests.has(digest));
  expect(Object.fromEntries(pulled)).toEqual(tags);
  const now = contentsOf(registry);
  for (const [digest, content] of contents) expect(now.get(digest)).toBe(content);
};

/** Takes an entry back; undefined when there was nothing to take back. */
export const undo = async (
  registry: ModelRegistry,
  journal: MemoryJournal,
  entry: JournalEntry,
  learned: ExecutionReport['learned'] = {},
): Promise<ExecutionReport | undefined> => {
  const { capabilities, ...policy } = policyOf(registry);
  const { plan, cannotComeBack } = await planUndo(entry, registry, {
    ...policy,
    capabilities: mergeCapabilities(capabilities, learned),
  });
  expect(cannotComeBack).toEqual([]);
  if (plan.steps.length === 0) return undefined;
  const options = { repository: registry, journal, place, clock: registry.clock };
  return executePlan({ ...options, plan, undoes: entry });
};

export type Race = { readonly tag: Tag; readonly target: Digest; readonly children: Digest[] };

/** Somebody tags an image, or an index made of it. Undefined where the image has gone already. */
export const pushRace = (
  registry: ModelRegistry,
  digest: Digest,
  { tag, isIndex }: { tag: number; isIndex: boolean },
): Race | undefined => {
  if (!registry.state.manifests.has(digest)) return undefined;
  const name = `new${tag}` as Tag;
  const json = indexJson([digest]) as { mediaType: string };
  const bytes = Buffer.from(JSON.stringify(json));
  const target = isIndex ? hashOf(bytes) : digest;
  registry.race(({ tags, manifests }) => {
    if (isIndex) manifests.set(target, { mediaType: json.mediaType, bytes });
    tags.set(name, target);
  });
  // An index that nobody could see may have lost a child before it got its tag.
  const children = linksOf(registry, target).children;
  return { tag: name, target, children: children.filter((each) => hasManifest(registry, each)) };
};

const hasManifest = ({ state }: ModelRegistry, digest: Digest): boolean =>
  state.manifests.has(digest);

export const expectRacerIntact = (
  registry: ModelRegistry,
  { tag, target, children }: Race,
): void => {
  expect(registry.state.tags.get(tag)).toBe(target);
  for (const digest of [target, ...children]) expect(hasManifest(registry, digest)).toBe(true);
};
