import type { Descriptor } from '#oci/descriptor';
import type { Digest } from '#oci/digest';
import type { Tag } from '#oci/tag';
import { DELETE_SETTING, type CapabilityRecord, type Knowledge } from './capabilities';
import type { Fault } from './faults';
import type { JournalEntry, StepNote, StepState } from './journal';
import type { Plan, PlanStep } from './plan';
import type { ManifestBytes, Repository } from './repository';

export type RunLimits = {
  /** How long a change may take to become visible before it counts as not done. */
  readonly confirmMs: number;
  /** Tries of one step after 429, 5xx and lost connections. */
  readonly maxTries: number;
  /** Tries beyond the first over the whole plan. */
  readonly retryBudget: number;
  /** A wait that a registry asks for and that is longer ends the run. */
  readonly maxRetryAfterMs: number;
  /** Before a deletion every tag is looked at again when the last look is older. */
  readonly recheckMs: number;
};

/** Twenty seconds of patience: replication of a few seconds is common, of a minute is not. */
export const defaultRunLimits: RunLimits = {
  confirmMs: 20_000,
  maxTries: 4,
  retryBudget: 12,
  maxRetryAfterMs: 60_000,
  recheckMs: 5_000,
};

export type Clock = {
  now(): number;
  /** Resolves early when the signal is aborted. */
  wait(delayMs: number, signal?: AbortSignal): Promise<void>;
};

/** How a step ended. */
export type StepEnd = {
  readonly state: Exclude<StepState, 'begun'>;
  readonly note?: StepNote;
  readonly after?: Digest;
  readonly message?: string;
  /** Nothing after this step may run. */
  readonly stops?: boolean;
};

/** How a step of the plan stands, for whoever looks on. */
export type StepResult = {
  readonly step: PlanStep;
  readonly state: StepEnd['state'] | 'not-run';
  readonly note?: StepNote;
  /** The registry's own words. */
  readonly message?: string;
};

/** What one run of a plan shares between its steps. */
export type RunContext = {
  readonly repository: Repository;
  readonly entry: JournalEntry;
  readonly plan: Plan;
  readonly limits: RunLimits;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
  /** What each tag was last known to point to, by the plan, by this run, or by looking again. */
  readonly tags: Map<Tag, Digest>;
  /** Digests of this plan that something needs meanwhile. */
  readonly needed: Set<Digest>;
  /** Digests that this plan has deleted. */
  readonly deleted: Set<Digest>;
  /**
   * Steps that were done, in this life or an earlier one, and not put back, in that order. One that an earlier life began
   * and did not end counts too: it may have been done.
   */
  readonly done: Set<number>;
  /** What was seen to be left alone: images whose last tag was put elsewhere or deleted, and other tags of an image. */
  readonly proof: { keepsOverwritten: boolean; keepsUntagged: boolean; keepsSiblings: boolean };
  /** What this run has found out about the registry. */
  readonly learned: { -readonly [K in keyof CapabilityRecord]?: CapabilityRecord[K] };
};

/** The bytes of a manifest: from the journal, which was written for this. */
export const contentOf = async (context: RunContext, digest: Digest): Promise<ManifestBytes> => {
  const kept = await context.entry.readManifest(digest);
  if (kept !== undefined) return kept;
  throw new MissingContent(digest);
};

class MissingContent extends Error {
  override readonly name = 'MissingContent';
  constructor(readonly digest: Digest) {
    super(`The journal does not hold the manifest ${digest}, so it cannot be put back.`);
  }
}

export const digestOfTag = async (context: RunContext, tag: Tag): Promise<Digest | undefined> =>
  (await resolve(context, tag))?.digest;

export const resolve = (
  { repository }: RunContext,
  reference: Tag | Digest,
): Promise<Descriptor | undefined> => repository.resolve(reference);

/** First look at once, then after 0.1, 0.2, 0.4 … seconds, at most 4 s apart, as long as patience lasts. */
export const confirm = async (
  { clock, limits }: RunContext,
  look: () => Promise<boolean>,
): Promise<boolean> => {
  const until = clock.now() + limits.confirmMs;
  for (let delayMs = 100; ; delayMs = Math.min(4_000, delayMs * 2)) {
    if (await look()) return true;
    const left = until - clock.now();
    if (left <= 0) return false;
    await clock.wait(Math.min(delayMs, left));
  }
};

/**
 * What a refusal tells about a registry. A failing registry tells nothing, and one that refuses with 400 judges this
 * manifest: only for a tag it means that tags cannot be deleted (distribution-spec, Deleting tags).
 */
export const learnRefusal = (
  context: RunContext,
  name: keyof CapabilityRecord,
  fault: Fault,
): void => {
  const isAboutTags = name === 'deleteByTag' && fault.kind === 'refused';
  if (fault.kind !== 'forbidden' && fault.kind !== 'unsupported' && !isAboutTags) return;
  const isSwitch = name === 'deleteByDigest' && fault.ociCode === 'UNSUPPORTED';
  const knowledge: Knowledge = {
    answer: 'no',
    how: 'refused-just-now',
    detail: fault.message,
    ...(isSwitch && { setting: DELETE_SETTING }),
  };
  context.learned[name] = knowledge;
};

export const learnSeen = (context: RunContext, name: keyof CapabilityRecord): void => {
  context.learned[name] = { answer: 'yes', how: 'seen' };
};
