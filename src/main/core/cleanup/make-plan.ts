import type { Digest } from '#oci/digest';
import type { Tag } from '#oci/tag';
import { findBlockers } from './blockers';
import { decide, type Decision } from './decide';
import { countFreed } from './freed';
import type { RepositoryGraph } from './graph';
import { readIntents, type Intents } from './intents';
import { describeItems } from './items';
import type { ChangeRequest, Plan, PlanItem, PlanStep, PlanSummary } from './plan';
import { findConfirmations, type PlanPolicy } from './policy';
import { relate, type Relations } from './relations';
import { buildSteps, type StepSource } from './steps';

/** How much of a repository has to be read for these requests. Only what deletes manifests needs all of it. */
export const depthFor = (requests: readonly ChangeRequest[]): RepositoryGraph['depth'] =>
  requests.some(({ kind }) => kind.startsWith('delete-')) ? 'everything' : 'tags';

/** Whose manifests are needed, for `CollectOptions.focus`. */
export const focusFor = (requests: readonly ChangeRequest[]): (Tag | Digest)[] =>
  requests.flatMap((request): (Tag | Digest)[] => {
    switch (request.kind) {
      case 'tag':
        return [request.digest];
      case 'move-tag':
        return [request.tag, request.digest];
      case 'rename-tag':
        return [request.from];
      case 'untag':
      case 'delete-tag':
        return [request.tag];
      case 'delete-image':
        return [request.digest];
      case 'delete-repository':
        return [];
    }
  });

/**
 * Thinks a change through. Pure: reads nothing, writes nothing, and gives the same plan for the same picture.
 * @throws RequestConflict when two requests exclude each other
 */
export const makePlan = (
  graph: RepositoryGraph,
  requests: readonly ChangeRequest[],
  policy: PlanPolicy,
): Plan => {
  const relations = relate(graph);
  const intents = readIntents(graph, requests);
  const decision = decide({ graph, relations, intents, policy });
  const source: StepSource = { graph, relations, intents, decision, policy };
  const isWhole = requests.some(({ kind }) => kind === 'delete-repository');
  const steps = isWhole ? wholeSteps(source) : buildSteps(source);
  const items = describeItems(source, steps);
  const removed = [...decision.removals.keys()];
  const moved = [...intents.sets.values()].flatMap(({ tag, before }) => (before ? [tag] : []));
  return {
    requests,
    items,
    steps,
    blockers: findBlockers(steps, graph, policy),
    confirmations: findConfirmations([...removed, ...moved], policy.protectedTags),
    freed: countFreed(graph, decision.deletions, policy.comesBack ?? 'after-garbage-collection'),
    summary: summarise(items, decision, relations),
    keep: manifestsToKeep(graph, relations, intents, decision, steps),
    tagsBefore: Object.fromEntries(graph.tags),
    requestCount: countRequests(steps, graph),
    mayHideUntagged: decision.deletions.size > 0 && !graph.isUntaggedListed,
    leavesEmptyRepository: isWhole && policy.canRemoveRepository !== true,
  };
};

/** A registry that removes repositories does it at once, if everything in this one may go. */
const wholeSteps = (source: StepSource): PlanStep[] => {
  const { decision, policy, graph } = source;
  const goesWhole = decision.refused.size === 0 && decision.deletions.size === graph.nodes.size;
  const isDirect = policy.canRemoveRepository === true && goesWhole && graph.nodes.size > 0;
  return isDirect ? [{ kind: 'remove-repository', requests: 2 }] : buildSteps(source);
};

const summarise = (
  items: readonly PlanItem[],
  { deletions }: Decision,
  relations: Relations,
): PlanSummary => {
  const count = (keep: (item: PlanItem) => boolean): number => items.filter(keep).length;
  // A child or a signature that goes with its image is no image of its own to a person.
  const belonging = new Set<Digest>();
  for (const digest of deletions) {
    for (const { to, kind } of relations.edgesOf(digest)) if (kind !== 'subject') belonging.add(to);
  }
  return {
    added: count(({ verdict }) => verdict === 'add-tag'),
    moved: count(({ verdict }) => verdict === 'move-tag'),
    untagged: count(({ verdict, role }) => verdict === 'untag' && role === 'asked'),
    deletedImages: count(
      ({ verdict, role, target }) =>
        verdict === 'delete' &&
        role === 'asked' &&
        target.kind === 'manifest' &&
        !belonging.has(target.digest),
    ),
    deletedManifests: deletions.size,
  };
};

/** Before the first deletion every tag is looked at once more; at the end the list of tags is read. */
const countRequests = (steps: readonly PlanStep[], graph: RepositoryGraph): number => {
  const isDeleting = steps.some(({ kind }) => kind === 'delete-manifest');
  const sum = steps.reduce((total, { requests }) => total + requests, 0);
  return steps.length === 0 ? 0 : sum + 1 + (isDeleting ? graph.tags.size : 0);
};

/**
 * What has to be kept for the way back: what goes, what tags are taken from and put on, lists that change. A registry may
 * drop an image with its last tag (zot does), so of those the children and referrers too.
 */
const manifestsToKeep = (
  graph: RepositoryGraph,
  relations: Relations,
  intents: Intents,
  decision: Decision,
  steps: readonly PlanStep[],
): Digest[] => {
  const keep = new Set<Digest>(decision.deletions);
  const stillTagged = new Set(decision.finalTags.values());
  const losing = new Set<Digest>();
  const leave = (digest: Digest): void => {
    keep.add(digest);
    if (!stillTagged.has(digest)) losing.add(digest);
  };
  for (const { digest } of decision.removals.values()) leave(digest);
  for (const { target } of decision.attachedRemovals.values()) leave(target);
  for (const { digest, before } of intents.sets.values()) {
    keep.add(digest);
    if (before !== undefined) leave(before);
  }
  for (const step of steps) if (step.kind === 'update-list' && step.before) keep.add(step.before);
  for (const digest of losing) {
    keep.add(digest);
    for (const { to, kind } of relations.edgesOf(digest)) if (kind !== 'subject') losing.add(to);
  }
  return [...keep].filter((digest) => graph.nodes.has(digest));
};
