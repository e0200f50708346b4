import { z } from 'zod';
import { call, stream } from './channel';
import { registryIdSchema } from './registry';
import { repositorySchema } from './repository';

const tagSchema = z.string().min(1).max(128);
const digestSchema = z.string().min(1).max(256);
const idSchema = z.string().regex(/^[0-9A-Za-z-]{1,64}$/u);

/** What a person asks for. Several requests on one repository make one plan. */
export const changeRequestSchema = z.discriminatedUnion('kind', [
  /** One more name for an image. */
  z.strictObject({ kind: z.literal('tag'), tag: tagSchema, digest: digestSchema }),
  /** The tag may exist: it then leaves the image it is on. */
  z.strictObject({ kind: z.literal('move-tag'), tag: tagSchema, digest: digestSchema }),
  z.strictObject({ kind: z.literal('rename-tag'), from: tagSchema, to: tagSchema }),
  /** The name goes, the image stays. */
  z.strictObject({ kind: z.literal('untag'), tag: tagSchema }),
  /** The name goes, and the image with it where nothing else needs it. */
  z.strictObject({ kind: z.literal('delete-tag'), tag: tagSchema }),
  /** `tags`: every tag on the digest that the person gives up; one that is missing here keeps the image. */
  z.strictObject({
    kind: z.literal('delete-image'),
    digest: digestSchema,
    tags: z.array(tagSchema).max(100_000),
  }),
  z.strictObject({ kind: z.literal('delete-repository') }),
]);
export type ChangeRequest = z.infer<typeof changeRequestSchema>;

export type PlanVerdict =
  | 'add-tag'
  | 'move-tag'
  | 'untag'
  | 'delete'
  | 'update-list'
  | 'restore'
  | 'keep'
  /** Stays, and points to a subject that goes. */
  | 'dangling'
  /** Was asked for and is not done. */
  | 'refused';

/** Something that a plan touches, or leaves on purpose. */
export type PlanRow = {
  readonly target:
    | { readonly kind: 'tag'; readonly tag: string; readonly digest?: string }
    | { readonly kind: 'image'; readonly digest: string };
  /** Why it is in the plan at all. */
  readonly role: 'asked' | 'same-digest' | 'child' | 'referrer' | 'attached-tag' | 'list';
  readonly verdict: PlanVerdict;
  /** One plain sentence. */
  readonly why: string;
  /** Digest of the image that the reason names: the index of a child, the subject of a signature. */
  readonly of?: string;
  /** Of an image: "Image", "Signature", "SBOM" … */
  readonly label?: string;
  /** Of an image that goes: bytes that no other manifest of the repository uses. */
  readonly ownBytes?: number;
};

export type PlanBlocker = {
  /** What stands in the way, in a sentence or two. */
  readonly message: string;
  /** The registry's own setting or right that would allow it. */
  readonly setting?: string;
};

/** A tag that is protected and asks a second time. */
export type PlanConfirmation = { readonly tag: string; readonly pattern: string };

/** A change, thought through and not begun. It stays in main under `planId`. */
export type PlanView = {
  readonly planId: string;
  readonly registryId: string;
  readonly repository: string;
  readonly rows: readonly PlanRow[];
  /** In order, each in a sentence, with the requests it costs. */
  readonly steps: readonly { readonly text: string; readonly requests: number }[];
  /** With the checks before and after the steps. */
  readonly requestCount: number;
  /** Not empty: it cannot run, and why. */
  readonly blockers: readonly PlanBlocker[];
  readonly confirmations: readonly PlanConfirmation[];
  readonly freed: {
    readonly bytes: number;
    /** Some sizes are not recorded: it is at least this much. */
    readonly isLowerBound: boolean;
    /** When they come back, in a sentence. */
    readonly comesBack: string;
  };
  readonly summary: {
    readonly added: number;
    readonly moved: number;
    readonly untagged: number;
    readonly deletedImages: number;
    readonly deletedManifests: number;
  };
  /** The button: "Untag 2 tags, delete 1 image". Empty where there is nothing to do. */
  readonly action: string;
  readonly isDestructive: boolean;
  /** What else a person should know before going on, in sentences. */
  readonly notes: readonly string[];
};

export type PlanProgress = {
  readonly phase: 'abilities' | 'tags' | 'manifests';
  readonly completed: number;
  readonly total: number;
};

export type StepState =
  'done' | 'already' | 'skipped' | 'failed' | 'put-back' | 'begun' | 'not-run';

export type ChangeStep = {
  readonly text: string;
  readonly state: StepState;
  /** What was special about it, in a sentence. */
  readonly note?: string;
  /** The registry's own words. */
  readonly message?: string;
};

export type ChangeProgress = {
  readonly completed: number;
  readonly total: number;
  readonly last?: ChangeStep;
};

export type ChangeReport = {
  /** Of the entry in the journal. */
  readonly changeId: string;
  readonly outcome: 'done' | 'done-with-exceptions' | 'stopped' | 'cancelled';
  /** What was done, in a sentence: "Untagged 2 tags, deleted 1 image". */
  readonly text: string;
  readonly steps: readonly ChangeStep[];
  readonly stoppedBy?: string;
  /** Tags that nobody asked to remove and that are no longer listed. */
  readonly lostTags: readonly string[];
};

/** An entry of the journal. */
export type ChangeView = {
  readonly changeId: string;
  /** Absent when no registry of that host is in the list any more. */
  readonly registryId?: string;
  readonly host: string;
  readonly repository: string;
  /** "Untag 2 tags, delete 1 image" */
  readonly text: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly outcome: ChangeReport['outcome'] | 'undone' | 'interrupted' | 'running';
  readonly completed: number;
  readonly total: number;
  /** It takes another one back. */
  readonly isUndo: boolean;
};

export type Ability =
  'catalog' | 'push' | 'deleteByTag' | 'deleteByDigest' | 'referrers' | 'mount' | 'range';

/** One line of the capability card. */
export type AbilityView = {
  readonly ability: Ability;
  readonly answer: 'yes' | 'no' | 'unknown';
  readonly how: 'documented' | 'probed' | 'seen' | 'refused-just-now' | 'not-asked';
  readonly detail?: string;
  /** What the registry's owner would have to change. */
  readonly setting?: string;
};

export type AbilitiesView = {
  readonly abilities: readonly AbilityView[];
  /** Marked in Tagboat: nothing is changed here. */
  readonly readOnly: 'registry' | 'repository' | 'no';
};

const place = { registryId: registryIdSchema, repository: repositorySchema };
const byChange = z.strictObject({ changeId: idSchema });

export const changeChannels = {
  /** Reads what it needs and thinks the change through; writes nothing. */
  'change:plan': stream<PlanProgress, PlanView>().with(
    z.strictObject({ ...place, requests: z.array(changeRequestSchema).min(1).max(100_000) }),
  ),
  /** The way back of an entry, as a plan: an undo, or the roll back of one that was interrupted. */
  'change:plan-undo': stream<PlanProgress, PlanView>().with(byChange),
  /** `confirmed`: the protected tags that were confirmed one by one. */
  'change:run': stream<ChangeProgress, ChangeReport>().with(
    z.strictObject({ planId: idSchema, confirmed: z.array(tagSchema).max(100_000) }),
  ),
  /** Goes on with an entry that was interrupted or stopped. */
  'change:continue': stream<ChangeProgress, ChangeReport>().with(byChange),
  /**
   * Stops a run after the step that is under way; its stream then ends with the report. `startedBy`: the planId of
   * `change:run`, or the changeId of `change:continue`. Cancelling the stream stops it too, and brings no report.
   */
  'change:stop': call<null>().with(z.strictObject({ startedBy: idSchema })),
  /** The journal, newest first, whenever it changes; never ends by itself. */
  'change:watch': stream<readonly ChangeView[], null>().with(z.strictObject({})),
  /** What the registry allows in this repository. Asked once a run, and again on request; probes change nothing. */
  'change:abilities': stream<never, AbilitiesView>().with(
    z.strictObject({ ...place, again: z.boolean().optional() }),
  ),
};
