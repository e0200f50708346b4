import type { Digest } from '#oci/digest';
import type { Manifest } from '#oci/manifest';
import type { Tag } from '#oci/tag';
import { findBlockers } from './blockers';
import { orderBy } from './order';
import type { Plan, PlanItem, PlanStep } from './plan';
import type { PlanPolicy } from './policy';
import type { ManifestBytes } from './repository';
import { chooseUntagMethod } from './steps';

export type RestoredManifest = {
  readonly digest: Digest;
  readonly content: ManifestBytes;
  readonly manifest: Manifest;
};

/** An undo never deletes a manifest. */
export type UndoStep = Extract<
  PlanStep,
  { kind: 'put-tag' | 'put-manifest' | 'update-list' | 'untag' }
>;

/** What has to be done to get back, before it is put in order. */
export type UndoState = {
  /** Where each tag of the plan, and every other one on an image that loses a tag, stands now. */
  readonly current: ReadonlyMap<Tag, Digest | undefined>;
  /** Where it shall stand; undefined: nowhere. */
  readonly wanted: ReadonlyMap<Tag, Digest | undefined>;
  readonly restored: ReadonlyMap<Digest, RestoredManifest>;
  readonly lost: ReadonlyMap<Digest, unknown>;
  readonly listSteps: readonly UndoStep[];
};

/** Manifests and tags come back before lists are mended and names go. */
export const assembleUndo = (state: UndoState, policy: PlanPolicy): Plan => {
  const removals = removalSteps(state, policy);
  const steps = [...putSteps(state), ...state.listSteps, ...removals];
  const keep = new Set<Digest>();
  for (const step of steps) {
    if ('digest' in step) keep.add(step.digest);
    if ('before' in step && step.before !== undefined) keep.add(step.before);
  }
  const tagsBefore: Record<string, Digest> = {};
  for (const [tag, digest] of state.current) if (digest !== undefined) tagsBefore[tag] = digest;
  const items = steps.map(describeStep);
  return {
    requests: [],
    items,
    steps,
    blockers: findBlockers(steps, { unknown: [] }, policy),
    confirmations: [],
    freed: { uniqueBytes: 0, isLowerBound: false, comesBack: 'unknown' },
    summary: {
      added: items.filter(({ verdict }) => verdict === 'add-tag').length,
      moved: items.filter(({ verdict }) => verdict === 'move-tag').length,
      untagged: removals.length,
      deletedImages: 0,
      deletedManifests: 0,
    },
    keep: [...keep],
    tagsBefore,
    requestCount: steps.reduce((sum, { requests }) => sum + requests, 1),
    mayHideUntagged: false,
    leavesEmptyRepository: false,
  };
};

/** Children before their index, subjects before their referrers; a tag brings its manifest along. */
const putSteps = (state: UndoState): UndoStep[] => {
  const tagsOf = new Map<Digest, Tag[]>();
  for (const [tag, digest] of state.wanted) {
    if (digest === undefined || state.lost.has(digest)) continue;
    tagsOf.set(digest, [...(tagsOf.get(digest) ?? []), tag]);
  }
  const digests = new Set([...restoredInOrder(state), ...tagsOf.keys()]);
  return [...digests].flatMap((digest): UndoStep[] => {
    const mediaType = state.restored.get(digest)?.content.mediaType ?? '';
    const tags = tagsOf.get(digest) ?? [];
    if (tags.length === 0) return [{ kind: 'put-manifest', digest, mediaType, requests: 3 }];
    return tags.map((tag) => {
      const before = state.current.get(tag);
      const known = before === undefined ? {} : { before };
      return { kind: 'put-tag', tag, digest, mediaType, ...known, requests: 3 };
    });
  });
};

const restoredInOrder = ({ restored, lost }: UndoState): readonly Digest[] => {
  const comesAfter = new Map<Digest, Digest[]>();
  for (const digest of restored.keys()) if (!lost.has(digest)) comesAfter.set(digest, []);
  for (const [digest, { manifest }] of restored) {
    if (lost.has(digest) || manifest.kind === 'schema1') continue;
    const children = manifest.kind === 'index' ? manifest.manifests : [];
    for (const part of [manifest.subject, ...children]) {
      if (part !== undefined) comesAfter.get(part.digest)?.push(digest);
    }
  }
  return orderBy(comesAfter);
};

const removalSteps = ({ wanted, current }: UndoState, policy: PlanPolicy): UndoStep[] => {
  const method = chooseUntagMethod(policy) ?? 'delete-by-tag';
  const requests = method === 'placeholder' ? 4 : 3;
  const final = (tag: Tag): Digest | undefined =>
    wanted.has(tag) ? wanted.get(tag) : current.get(tag);
  return [...wanted].flatMap(([tag, before]): UndoStep[] => {
    const digest = current.get(tag);
    if (before !== undefined || digest === undefined) return [];
    // The image was there before it got this tag, and so may others of its tags have been.
    const siblings = [...current.keys()].filter((each) => final(each) === digest);
    return [{ kind: 'untag', tag, digest, method, siblings, requests }];
  });
};

const describeStep = (step: UndoStep): PlanItem => {
  const role = 'asked';
  const reason = { code: 'asked' } as const;
  if (step.kind === 'put-manifest') {
    const target = { kind: 'manifest' as const, digest: step.digest };
    return { target, role, verdict: 'restore', reason };
  }
  const { tag } = step;
  if (step.kind === 'update-list') {
    return { target: { kind: 'tag', tag }, role: 'list', verdict: 'update-list', reason };
  }
  const target = { kind: 'tag' as const, tag, digest: step.digest };
  if (step.kind === 'untag') return { target, role, verdict: 'untag', reason };
  const verdict = step.before === undefined ? 'add-tag' : 'move-tag';
  return { target, role, verdict, reason };
};
