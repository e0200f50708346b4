import type { Digest } from '#oci/digest';
import { liveReason, type Decision } from './decide';
import type { ItemRole, PlanItem, PlanStep, Reason } from './plan';
import type { StepSource } from './steps';

const roleOf = (reason: Reason, isList: boolean): ItemRole => {
  if (isList) return 'list';
  if (reason.code === 'child-of') return 'child';
  return reason.code === 'referrer-of' || reason.code === 'belongs-to' ? 'referrer' : 'asked';
};

/** The table of the plan: a verdict and a reason for everything it touches, and for what it leaves on purpose. */
export const describeItems = (source: StepSource, steps: readonly PlanStep[]): PlanItem[] => {
  const describer = new ItemDescriber(source);
  return [
    ...source.intents.settled,
    ...describer.tagItems(),
    ...describer.siblingItems(),
    ...describer.manifestItems(),
    ...describer.danglingItems(),
    ...describer.listItems(steps),
  ];
};

class ItemDescriber {
  private readonly decision: Decision;

  constructor(private readonly source: StepSource) {
    this.decision = source.decision;
  }

  tagItems(): PlanItem[] {
    const { intents } = this.source;
    const sets = [...intents.sets.values()].map(({ tag, digest, before }): PlanItem => ({
      target: { kind: 'tag', tag, digest },
      role: 'asked',
      verdict: before === undefined ? 'add-tag' : 'move-tag',
      reason: { code: 'asked' },
    }));
    const removals = [...this.decision.removals.values()].map(
      ({ tag, digest, reason }): PlanItem => ({
        target: { kind: 'tag', tag, digest },
        role: 'asked',
        verdict: 'untag',
        reason,
      }),
    );
    const attached = [...this.decision.attachedRemovals].map(
      ([tag, { owner, target }]): PlanItem => ({
        target: { kind: 'tag', tag, digest: target },
        role: 'attached-tag',
        verdict: 'untag',
        reason: { code: 'belongs-to', digest: owner },
      }),
    );
    return [...sets, ...removals, ...attached];
  }

  /** Every other tag on a digest that is untagged, moved away from or deleted. */
  siblingItems(): PlanItem[] {
    const { intents, relations } = this.source;
    const touched = new Set<Digest>([
      ...[...intents.removals.values()].map(({ digest }) => digest),
      ...[...intents.sets.values()].flatMap(({ before }) => before ?? []),
      ...intents.explicit,
    ]);
    return [...touched].flatMap((digest) =>
      (relations.tagsOf.get(digest) ?? [])
        .filter((tag) => this.decision.finalTags.get(tag) === digest)
        .map((tag): PlanItem => ({
          target: { kind: 'tag', tag, digest },
          role: 'same-digest',
          verdict: 'keep',
          reason: { code: 'same-digest', digest },
        })),
    );
  }

  manifestItems(): PlanItem[] {
    const { refused, candidates, deletions } = this.decision;
    const items = [...refused].map(([digest, reason]) =>
      this.manifest(digest, 'asked', 'refused', reason),
    );
    for (const [digest, reason] of candidates) {
      if (refused.has(digest)) continue;
      const role = roleOf(reason, this.source.relations.lists.has(digest));
      items.push(
        deletions.has(digest)
          ? this.manifest(digest, role, 'delete', reason)
          : this.manifest(digest, role, 'keep', this.whyKept(digest)),
      );
    }
    return [...items, ...this.keptImages(candidates)];
  }

  /** Images that lose a tag and stay. */
  private keptImages(candidates: ReadonlyMap<Digest, Reason>): PlanItem[] {
    const { removals, refused } = this.decision;
    const digests = new Set([...removals.values()].map(({ digest }) => digest));
    return [...digests]
      .filter((digest) => !candidates.has(digest) && !refused.has(digest))
      .map((digest) => this.manifest(digest, 'asked', 'keep', this.whyKept(digest)));
  }

  danglingItems(): PlanItem[] {
    const { relations } = this.source;
    const { deletions } = this.decision;
    const items = new Map<Digest, PlanItem>();
    for (const subject of deletions) {
      for (const referrer of relations.referrersOf(subject)) {
        if (deletions.has(referrer) || !this.source.graph.nodes.has(referrer)) continue;
        const reason: Reason = { code: 'subject-goes', digest: subject };
        items.set(referrer, this.manifest(referrer, 'referrer', 'dangling', reason));
      }
    }
    return [...items.values()];
  }

  listItems(steps: readonly PlanStep[]): PlanItem[] {
    return steps.flatMap((step) => {
      if (step.kind !== 'update-list') return [];
      const owner = this.source.relations.attached.get(step.tag)?.owner;
      const { tag, before } = step;
      return {
        target: { kind: 'tag', tag, ...(before !== undefined && { digest: before }) },
        role: 'list',
        verdict: 'update-list',
        reason: owner === undefined ? { code: 'asked' } : { code: 'belongs-to', digest: owner },
      } satisfies PlanItem;
    });
  }

  private whyKept(digest: Digest): Reason {
    const { live, finalTags } = this.decision;
    const cause = live.get(digest);
    if (cause === undefined) return { code: 'image-stays' };
    return liveReason(cause, digest, live, this.source.relations, finalTags);
  }

  private manifest(
    digest: Digest,
    role: ItemRole,
    verdict: PlanItem['verdict'],
    reason: Reason,
  ): PlanItem {
    const artifact = this.source.graph.nodes.get(digest)?.description.kind;
    const target = { kind: 'manifest' as const, digest };
    return { target, role, verdict, reason, ...(artifact !== undefined && { artifact }) };
  }
}
