import type { Digest } from '#oci/digest';
import type { Tag } from '#oci/tag';
import type { Decision } from './decide';
import type { RepositoryGraph } from './graph';
import type { Intents } from './intents';
import { deletionOrder } from './order';
import type { PlanStep, UntagMethod } from './plan';
import type { PlanPolicy } from './policy';
import type { Relations } from './relations';

type PutTag = Extract<PlanStep, { kind: 'put-tag' }>;
type Untag = Extract<PlanStep, { kind: 'untag' }>;

/** Look where the tag points, put, look again. */
const PUT_TAG_REQUESTS = 3;
/** Look, delete, look again; a placeholder is put before it is deleted. */
const UNTAG_REQUESTS = { 'delete-by-tag': 3, placeholder: 4 } as const;
/** Look at the digest, list the tags, ask for referrers, delete, look again. */
const DELETE_REQUESTS = 5;
/** List the tags, read, put, look again. */
const LIST_REQUESTS = 4;

/** How a tag can be removed without its manifest; undefined where nothing is known to work. */
export const chooseUntagMethod = (policy: PlanPolicy): UntagMethod | undefined => {
  const { deleteByTag, deleteByDigest, push } = policy.capabilities;
  if (deleteByTag.answer === 'yes') return 'delete-by-tag';
  // A placeholder has a tag when it is deleted, which Google refuses.
  const canPlace = deleteByDigest.answer === 'yes' && push.answer !== 'no';
  const isAllowed = canPlace && policy.untagBeforeDelete !== true;
  return deleteByTag.answer === 'no' && isAllowed ? 'placeholder' : undefined;
};

export type StepSource = {
  readonly graph: RepositoryGraph;
  readonly relations: Relations;
  readonly intents: Intents;
  readonly decision: Decision;
  readonly policy: PlanPolicy;
};

/** Names are put before names go, lists are cleared before what they name, names go before images. */
export const buildSteps = (source: StepSource): PlanStep[] => [
  ...putTags(source),
  ...updateLists(source),
  ...untags(source),
  ...deletions(source),
];

const putTags = ({ graph, intents }: StepSource): PutTag[] =>
  [...intents.sets.values()].map(({ tag, digest, before }) => ({
    kind: 'put-tag',
    tag,
    digest,
    mediaType: graph.nodes.get(digest)?.mediaType ?? '',
    ...(before !== undefined && { before }),
    requests: PUT_TAG_REQUESTS,
  }));

/** Lists that stay and name something that goes. */
const updateLists = ({ graph, relations, decision }: StepSource): PlanStep[] => {
  const steps: PlanStep[] = [];
  for (const { tag, target, kind } of relations.attached.values()) {
    if (kind !== 'list' || decision.finalTags.get(tag) !== target) continue;
    const entries = graph.nodes.get(target)?.children ?? [];
    const remove = entries
      .map(({ digest }) => digest)
      .filter((digest) => decision.deletions.has(digest));
    if (remove.length === 0) continue;
    const requests = LIST_REQUESTS;
    steps.push({ kind: 'update-list', tag, before: target, remove, add: [], requests });
  }
  return steps;
};

/** Every tag that is removed, with what it points to. */
const removedTags = ({ decision }: StepSource): [Tag, Digest][] => [
  ...[...decision.removals.values()].map(({ tag, digest }): [Tag, Digest] => [tag, digest]),
  ...[...decision.attachedRemovals].map(([tag, { target }]): [Tag, Digest] => [tag, target]),
];

const untagStep = (source: StepSource, tag: Tag, digest: Digest): Untag => {
  const method = chooseUntagMethod(source.policy) ?? 'delete-by-tag';
  const { relations, decision, intents } = source;
  // A tag that this plan puts on the image is as worth keeping: a rename leaves nothing else.
  const added = [...intents.sets.values()].flatMap((set) => (set.digest === digest ? set.tag : []));
  const names = new Set([...(relations.tagsOf.get(digest) ?? []), ...added]);
  const siblings = [...names].filter(
    (each) => each !== tag && decision.finalTags.get(each) === digest,
  );
  const owner = decision.attachedRemovals.get(tag)?.owner;
  const requests = UNTAG_REQUESTS[method] + (owner === undefined ? 0 : 1);
  const belongs = owner === undefined ? {} : { owner };
  return { kind: 'untag', tag, digest, method, siblings, ...belongs, requests };
};

const untags = (source: StepSource): Untag[] =>
  removedTags(source)
    .filter(([, digest]) => !source.decision.deletions.has(digest))
    .map(([tag, digest]) => untagStep(source, tag, digest));

const deletions = (source: StepSource): PlanStep[] => {
  const { relations, decision, policy } = source;
  const tagsOf = new Map<Digest, Tag[]>();
  for (const [tag, digest] of removedTags(source)) {
    tagsOf.set(digest, [...(tagsOf.get(digest) ?? []), tag]);
  }
  const steps: PlanStep[] = [];
  for (const digest of deletionOrder(decision.deletions, relations)) {
    const tags = tagsOf.get(digest) ?? [];
    // Google refuses a digest that has a tag; elsewhere one request takes the digest and all its tags.
    const isSeparate = policy.untagBeforeDelete === true;
    if (isSeparate) steps.push(...tags.map((tag) => untagStep(source, tag, digest)));
    steps.push({
      kind: 'delete-manifest',
      digest,
      tags,
      referrers: relations
        .edgesOf(digest)
        .flatMap(({ to, kind }) => (kind === 'referrer' || kind === 'attached' ? [to] : [])),
      requests: DELETE_REQUESTS + (isSeparate ? 0 : 2 * tags.length),
    });
  }
  return steps;
};
