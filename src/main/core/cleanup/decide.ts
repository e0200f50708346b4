import type { Digest } from '#oci/digest';
import type { Tag } from '#oci/tag';
import type { RepositoryGraph } from './graph';
import type { Intents, Removal } from './intents';
import type { Reason } from './plan';
import type { PlanPolicy } from './policy';
import type { Edge, Relations } from './relations';

/** Why a digest stays: the tag, index, subject or referrer through which it is reached. */
export type LiveCause =
  | { readonly kind: 'tag'; readonly tag: Tag }
  | { readonly kind: 'outside' }
  | { readonly kind: Edge['kind']; readonly from: Digest; readonly tag?: Tag };

/** What is to be removed, and why the rest stays. */
export type Decision = {
  readonly removals: ReadonlyMap<Tag, Removal>;
  readonly finalTags: ReadonlyMap<Tag, Digest>;
  /** Everything that goes if nothing needs it. Value: how it came in. */
  readonly candidates: ReadonlyMap<Digest, Reason>;
  readonly deletions: ReadonlySet<Digest>;
  readonly live: ReadonlyMap<Digest, LiveCause>;
  /** Images that were asked to be deleted and must stay. */
  readonly refused: ReadonlyMap<Digest, Reason>;
  /** Tags of deleted images that go with them: lists of referrers and cosign's. */
  readonly attachedRemovals: ReadonlyMap<Tag, { readonly owner: Digest; readonly target: Digest }>;
};

type Situation = {
  readonly graph: RepositoryGraph;
  readonly relations: Relations;
  readonly intents: Intents;
  readonly policy: PlanPolicy;
};

/** What could not be read may point to anything: as long as there is such a part, no manifest is deleted. */
const unknownReason = (graph: RepositoryGraph): Reason | undefined => {
  const [part] = graph.unknown;
  if (part !== undefined) {
    const what = part.reference ?? part.what;
    return { code: 'not-known', what, why: part.reason };
  }
  return graph.depth === 'everything'
    ? undefined
    : { code: 'not-known', what: 'manifests', why: 'Only tags were read.' };
};

/** Decides by reach alone: what a tag, index, subject or referrer that stays can reach, stays. */
export const decide = (situation: Situation): Decision => {
  const { graph, intents } = situation;
  const refused = new Map<Digest, Reason>();
  const unknown = unknownReason(graph);
  if (unknown !== undefined) for (const digest of intents.explicit) refused.set(digest, unknown);
  // Each round can only refuse more, so it ends after as many rounds as there are images asked for.
  for (;;) {
    const round = decideOnce(situation, refused, unknown !== undefined);
    if (round.newlyRefused.size === 0) return round.decision;
    for (const [digest, reason] of round.newlyRefused) refused.set(digest, reason);
  }
};

const removalsInForce = (
  { removals }: Intents,
  refused: ReadonlyMap<Digest, Reason>,
): Map<Tag, Removal> =>
  new Map(
    [...removals].filter(([, { forImage }]) => forImage === undefined || !refused.has(forImage)),
  );

const decideOnce = (
  situation: Situation,
  refused: ReadonlyMap<Digest, Reason>,
  isUnknown: boolean,
): { decision: Decision; newlyRefused: Map<Digest, Reason> } => {
  const { graph, relations, intents } = situation;
  const removals = removalsInForce(intents, refused);
  const finalTags = new Map(graph.tags);
  for (const tag of removals.keys()) finalTags.delete(tag);
  for (const { tag, digest } of intents.sets.values()) finalTags.set(tag, digest);
  const asked = new Set([...intents.explicit].filter((digest) => !refused.has(digest)));
  const candidates = isUnknown
    ? new Map<Digest, Reason>()
    : findCandidates(situation, asked, removals, refused);
  const reach = new Reach(situation, { asked, candidates, removals, finalTags });
  reach.run();
  const deletions = new Set([...candidates.keys()].filter((digest) => !reach.live.has(digest)));
  const attachedRemovals = new Map<Tag, { owner: Digest; target: Digest }>();
  for (const { tag, owner, target } of relations.attached.values()) {
    if (!deletions.has(owner) || removals.has(tag) || intents.sets.has(tag)) continue;
    attachedRemovals.set(tag, { owner, target });
    finalTags.delete(tag);
  }
  const { live } = reach;
  const decision: Decision = {
    removals,
    finalTags,
    candidates,
    deletions,
    live,
    refused,
    attachedRemovals,
  };
  return { decision, newlyRefused: reach.refused };
};

/** The asked images and whatever hangs on them: children, referrers, lists, attached tags. */
const findCandidates = (
  { graph, relations, policy }: Situation,
  asked: ReadonlySet<Digest>,
  removals: ReadonlyMap<Tag, Removal>,
  refused: ReadonlyMap<Digest, Reason>,
): Map<Digest, Reason> => {
  const candidates = new Map<Digest, Reason>();
  for (const digest of asked) candidates.set(digest, { code: 'asked' });
  for (const { digest, deletes } of removals.values()) {
    const isSeed = deletes && graph.nodes.has(digest) && !refused.has(digest);
    if (isSeed && !candidates.has(digest)) candidates.set(digest, { code: 'asked' });
  }
  // A map may grow while it is walked: what is added is visited too.
  for (const digest of candidates.keys()) {
    for (const edge of relations.edgesOf(digest)) {
      if (edge.kind === 'subject' || candidates.has(edge.to) || !graph.nodes.has(edge.to)) continue;
      if (edge.kind === 'child' && policy.children === 'keep') continue;
      candidates.set(edge.to, reasonOfCandidate(edge, digest));
    }
  }
  return candidates;
};

const reasonOfCandidate = ({ kind }: Edge, from: Digest): Reason => {
  if (kind === 'child') return { code: 'child-of', digest: from };
  return kind === 'referrer' || kind === 'list-entry'
    ? { code: 'referrer-of', digest: from }
    : { code: 'belongs-to', digest: from };
};

type Wanted = {
  readonly asked: ReadonlySet<Digest>;
  readonly candidates: ReadonlyMap<Digest, Reason>;
  readonly removals: ReadonlyMap<Tag, Removal>;
  readonly finalTags: ReadonlyMap<Tag, Digest>;
};

class Reach {
  readonly live = new Map<Digest, LiveCause>();
  readonly refused = new Map<Digest, Reason>();

  constructor(
    private readonly situation: Situation,
    private readonly wanted: Wanted,
  ) {}

  run(): void {
    const { graph, relations, intents } = this.situation;
    const { finalTags, candidates } = this.wanted;
    for (const [tag, digest] of finalTags) {
      const owner = intents.sets.has(tag) ? undefined : relations.attached.get(tag)?.owner;
      // An attached tag lives and dies with its owner.
      if (owner === undefined || !candidates.has(owner)) this.reachByTag(tag, digest);
    }
    for (const digest of graph.nodes.keys()) {
      if (!candidates.has(digest) && !this.live.has(digest)) {
        this.live.set(digest, { kind: 'outside' });
      }
    }
    // A map may grow while it is walked.
    for (const digest of this.live.keys()) {
      for (const edge of relations.edgesOf(digest)) this.reachByEdge(digest, edge);
    }
  }

  private reachByTag(tag: Tag, digest: Digest): void {
    if (this.wanted.asked.has(digest)) this.refuse(digest, { kind: 'tag', tag });
    if (!this.live.has(digest)) this.live.set(digest, { kind: 'tag', tag });
  }

  private reachByEdge(from: Digest, edge: Edge): void {
    const { to, kind, tag } = edge;
    if (tag !== undefined && !this.wanted.finalTags.has(tag)) return;
    const cause: LiveCause = { kind, from, ...(tag !== undefined && { tag }) };
    if (this.wanted.asked.has(to)) {
      // A signature may be deleted from a living image, and an image from under a tagged signature, when it is asked for.
      if (kind !== 'child' && kind !== 'attached') return;
      this.refuse(to, cause);
    }
    if (!this.live.has(to)) this.live.set(to, cause);
  }

  private refuse(digest: Digest, cause: LiveCause): void {
    if (!this.refused.has(digest)) this.refused.set(digest, this.reasonOf(cause, digest));
  }

  private reasonOf(cause: LiveCause, digest: Digest): Reason {
    return liveReason(cause, digest, this.live, this.situation.relations, this.wanted.finalTags);
  }
}

/** The tags through which a live digest is reached: its own, or those of what reaches it. */
const rootTags = (
  digest: Digest,
  live: ReadonlyMap<Digest, LiveCause>,
  tagsOf: (digest: Digest) => readonly Tag[],
): readonly Tag[] => {
  const seen = new Set<Digest>();
  let at: Digest | undefined = digest;
  while (at !== undefined && !seen.has(at)) {
    seen.add(at);
    const own = tagsOf(at);
    if (own.length > 0) return own;
    const cause = live.get(at);
    at = cause !== undefined && 'from' in cause ? cause.from : undefined;
  }
  return [];
};

/** Says in terms of a plan why a digest stays. */
export const liveReason = (
  cause: LiveCause,
  digest: Digest,
  live: ReadonlyMap<Digest, LiveCause>,
  relations: Relations,
  finalTags: ReadonlyMap<Tag, Digest>,
): Reason => {
  const tagsOf = (at: Digest): readonly Tag[] =>
    (relations.tagsOf.get(at) ?? []).filter((tag) => finalTags.get(tag) === at);
  if (cause.kind === 'tag') {
    const own = tagsOf(digest);
    return { code: 'tagged', tags: own.includes(cause.tag) ? own : [cause.tag, ...own] };
  }
  if (cause.kind === 'outside') return { code: 'image-stays' };
  const tags = rootTags(cause.from, live, tagsOf);
  if (cause.kind === 'child') return { code: 'needed-by-index', digest: cause.from, tags };
  return cause.kind === 'subject'
    ? { code: 'needed-by-referrer', digest: cause.from, tags }
    : { code: 'needed-by-subject', digest: cause.from, tags };
};
