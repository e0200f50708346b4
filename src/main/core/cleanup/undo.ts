import type { Descriptor } from '#oci/descriptor';
import type { Digest } from '#oci/digest';
import { isForeignLayer } from '#oci/media-type';
import { parseManifest, type Manifest } from '#oci/manifest';
import type { Tag } from '#oci/tag';
import type { JournalEntry, StepRecord } from './journal';
import { forEachLimited } from './limited';
import type { Plan, PlanStep } from './plan';
import { makePlaceholder } from './placeholder';
import type { PlanPolicy } from './policy';
import type { ReadRepository } from './repository';
import { undoListUpdate, type UpdateListStep } from './undo-list';
import { assembleUndo, type RestoredManifest, type UndoState, type UndoStep } from './undo-steps';

/** Something that an undo cannot bring back, and why. */
export type LostPart = {
  readonly digest: Digest;
  /** Tags that stay away with it. */
  readonly tags: readonly Tag[];
  readonly reason:
    | { readonly code: 'blobs-gone'; readonly blobs: readonly Digest[] }
    | { readonly code: 'child-gone'; readonly child: Digest }
    | { readonly code: 'not-in-journal' };
};

export type UndoPlan = {
  readonly plan: Plan;
  readonly cannotComeBack: readonly LostPart[];
  /** Tags that somebody else changed meanwhile: they are left alone. */
  readonly changedMeanwhile: readonly Tag[];
};

/**
 * The way back of an entry, ended or not: the same steps backwards, as a plan of its own. Reads where every tag stands
 * now and whether the blobs are still there; writes nothing.
 */
export const planUndo = (
  entry: JournalEntry,
  repository: ReadRepository,
  policy: PlanPolicy,
  signal?: AbortSignal,
): Promise<UndoPlan> => new UndoPlanner(entry, repository, policy, signal).plan();

type UntagStep = Extract<PlanStep, { kind: 'untag' }>;

const CONCURRENCY = 6;

class UndoPlanner {
  private readonly current = new Map<Tag, Digest | undefined>();
  /** What each tag shall point to again; undefined: nothing. */
  private readonly wanted = new Map<Tag, Digest | undefined>();
  private readonly changedMeanwhile: Tag[] = [];
  private readonly listSteps: UndoStep[] = [];
  private readonly lost = new Map<Digest, LostPart>();
  private readonly restored = new Map<Digest, RestoredManifest>();

  constructor(
    private readonly entry: JournalEntry,
    private readonly repository: ReadRepository,
    private readonly policy: PlanPolicy,
    private readonly signal: AbortSignal | undefined,
  ) {}

  async plan(): Promise<UndoPlan> {
    const { steps } = this.entry.header.plan;
    await this.readTags();
    for (const [index, step] of steps.entries()) {
      const record = this.lastRecord(index);
      if (record !== undefined) await this.takeBack(step, record);
    }
    for (const digest of this.wanted.values()) if (digest !== undefined) await this.need(digest);
    await this.needReferrers();
    await this.checkBlobs();
    this.checkChildren();
    const cannotComeBack = [...this.lost.values()].map((part) =>
      this.lostPart(part.digest, part.reason),
    );
    const { changedMeanwhile } = this;
    const plan = assembleUndo(this.state(), this.policy);
    return { plan, cannotComeBack, changedMeanwhile };
  }

  /** The last that is known of a step; undefined when it never began or changed nothing. */
  private lastRecord(index: number): StepRecord | undefined {
    const last = this.entry.records.findLast(({ step }) => step === index);
    if (last?.state === 'already' && this.wentWithAnother(index)) return last;
    return last?.state === 'already' || last?.state === 'skipped' ? undefined : last;
  }

  /** Found gone when its turn came, after another step of this plan on the same image: that one took it along. */
  private wentWithAnother(index: number): boolean {
    const { steps } = this.entry.header.plan;
    const step = steps[index];
    if (step?.kind !== 'untag') return false;
    return this.entry.records.some(({ step: at, state }) => {
      const other = state === 'done' && at !== index ? steps[at] : undefined;
      return other?.kind === 'untag' && other.digest === step.digest;
    });
  }

  private async readTags(): Promise<void> {
    const tags = new Set<Tag>();
    for (const step of this.entry.header.plan.steps) {
      if ('tag' in step) tags.add(step.tag);
      if ('tags' in step) for (const tag of step.tags) tags.add(tag);
      if ('siblings' in step) for (const tag of step.siblings) tags.add(tag);
    }
    if (this.isWhole()) for (const tag of this.tagsBefore().keys()) tags.add(tag);
    for (const tag of await this.findSiblings()) tags.add(tag);
    await forEachLimited(tags, CONCURRENCY, async (tag) => {
      const found = await this.repository.resolve(tag, this.signal);
      this.current.set(tag, found?.digest);
    });
  }

  /** Where a name goes again, every other one on its image must be known: those of then, and those that came since. */
  private async findSiblings(): Promise<Tag[]> {
    const images = new Set<Digest>();
    for (const step of this.entry.header.plan.steps) {
      if (step.kind === 'put-tag' && step.before === undefined) images.add(step.digest);
    }
    if (images.size === 0) return [];
    const before = this.tagsBefore();
    const { tags } = await this.repository.listTags(this.signal);
    return tags.filter((tag) => {
      const digest = before.get(tag);
      return digest === undefined || images.has(digest);
    });
  }

  private tagsBefore(): Map<Tag, Digest> {
    return new Map(Object.entries(this.entry.header.plan.tagsBefore) as [Tag, Digest][]);
  }

  private isWhole(): boolean {
    return this.entry.header.plan.steps.some(({ kind }) => kind === 'remove-repository');
  }

  private async takeBack(step: PlanStep, record: StepRecord): Promise<void> {
    switch (step.kind) {
      case 'put-tag':
        return this.restoreTag(step.tag, step.before, [step.digest, record.after ?? step.digest]);
      case 'untag':
        return this.takeBackUntag(step, record);
      case 'delete-manifest':
        await this.need(step.digest);
        for (const tag of step.tags) this.restoreTag(tag, step.digest, [undefined]);
        return;
      case 'update-list':
        return this.restoreList(step, record);
      case 'remove-repository':
        for (const digest of this.entry.keptDigests) await this.need(digest);
        for (const [tag, digest] of this.tagsBefore()) this.restoreTag(tag, digest, [undefined]);
        return;
      case 'put-manifest':
        // What an undo brought back stays: to delete it again is a new plan.
        return;
    }
  }

  private async takeBackUntag(step: UntagStep, { state }: StepRecord): Promise<void> {
    const kept = await this.entry.readManifest(step.digest);
    const placeholder = makePlaceholder(this.entry.header.id, step.tag, kept?.mediaType ?? '');
    this.restoreTag(step.tag, step.digest, [undefined, placeholder.digest]);
    // Where the step did not come to its end, nobody has looked what else the registry took.
    const isOpen = state === 'begun' || state === 'failed';
    if (isOpen) for (const tag of step.siblings) this.restoreLost(tag, step.digest);
  }

  /** @param left what this plan may have left the tag at; anything else is somebody else's change */
  private restoreTag(
    tag: Tag,
    before: Digest | undefined,
    left: readonly (Digest | undefined)[],
  ): void {
    const now = this.current.get(tag);
    if (now === before) return;
    if (left.includes(now)) this.wanted.set(tag, before);
    else this.changedMeanwhile.push(tag);
  }

  private restoreLost(tag: Tag, before: Digest): void {
    // A tag that the plan itself put there is not owed.
    const isOwed = this.tagsBefore().get(tag) === before;
    if (isOwed && this.current.get(tag) === undefined) this.wanted.set(tag, before);
  }

  private async restoreList(step: UpdateListStep, record: StepRecord): Promise<void> {
    const now = this.current.get(step.tag);
    if (now === step.before) return;
    const old = step.before === undefined ? undefined : await this.readKept(step.before);
    const back = undoListUpdate({ step, record, old: old?.content, now });
    if (back === undefined) this.wanted.set(step.tag, step.before);
    else this.listSteps.push(back);
  }

  /** Notes a manifest that has to be there again, with whatever of its parts this plan deleted. */
  private async need(digest: Digest): Promise<void> {
    if (this.restored.has(digest) || this.lost.has(digest)) return;
    if ((await this.repository.resolve(digest, this.signal)) !== undefined) return;
    const kept = await this.readKept(digest);
    if (kept === undefined) {
      this.lost.set(digest, this.lostPart(digest, { code: 'not-in-journal' }));
      return;
    }
    this.restored.set(digest, kept);
    const { manifest } = kept;
    if (manifest.kind !== 'index') return;
    const isKept = new Set(this.entry.keptDigests);
    for (const child of manifest.manifests) {
      // A child of a sparse index was never there, and is not in the journal.
      if (isKept.has(child.digest)) await this.need(child.digest);
    }
  }

  /** A registry that dropped an image with its last tag dropped what refers to it as well, and what refers to that. */
  private async needReferrers(): Promise<void> {
    const referrers = new Map<Digest, Digest[]>();
    for (const digest of this.entry.keptDigests) {
      const { manifest } = this.restored.get(digest) ?? (await this.readKept(digest)) ?? {};
      const isPlain = manifest === undefined || manifest.kind === 'schema1';
      const subject = isPlain ? undefined : manifest.subject?.digest;
      if (subject === undefined) continue;
      referrers.set(subject, [...(referrers.get(subject) ?? []), digest]);
    }
    // A map may grow while it is walked: what is brought back may have referrers of its own.
    for (const digest of this.restored.keys()) {
      for (const referrer of referrers.get(digest) ?? []) await this.need(referrer);
    }
  }

  private async readKept(digest: Digest): Promise<RestoredManifest | undefined> {
    const content = await this.entry.readManifest(digest);
    if (content === undefined) return undefined;
    const json: unknown = JSON.parse(Buffer.from(content.bytes).toString('utf8'));
    return { digest, content, manifest: parseManifest(json, content.mediaType) };
  }

  private async checkBlobs(): Promise<void> {
    const blobs = new Map<Digest, boolean>();
    for (const { manifest } of this.restored.values()) {
      for (const { digest } of blobsOf(manifest)) blobs.set(digest, false);
    }
    await forEachLimited([...blobs.keys()], CONCURRENCY, async (digest) => {
      blobs.set(digest, await this.repository.hasBlob(digest, this.signal));
    });
    for (const { digest, manifest } of this.restored.values()) {
      const gone = blobsOf(manifest)
        .map((blob) => blob.digest)
        .filter((blob) => blobs.get(blob) === false);
      if (gone.length > 0) {
        this.lost.set(digest, this.lostPart(digest, { code: 'blobs-gone', blobs: gone }));
      }
    }
  }

  /** An index without a child that it had would not be what it was, and registries refuse it. */
  private checkChildren(): void {
    let isChanged = true;
    while (isChanged) {
      isChanged = false;
      for (const { digest, manifest } of this.restored.values()) {
        if (this.lost.has(digest) || manifest.kind !== 'index') continue;
        const child = manifest.manifests.find((each) => this.lost.has(each.digest));
        if (child === undefined || this.isList(digest)) continue;
        const reason = { code: 'child-gone' as const, child: child.digest };
        this.lost.set(digest, this.lostPart(digest, reason));
        isChanged = true;
      }
    }
  }

  /** A list of referrers may name what is not there. */
  private isList(digest: Digest): boolean {
    const tags = [...this.wanted].filter(([, target]) => target === digest);
    return tags.length > 0 && tags.every(([tag]) => /^sha(256|512)-[a-f0-9]{64}$/u.test(tag));
  }

  private lostPart(digest: Digest, reason: LostPart['reason']): LostPart {
    const tags = [...this.wanted].filter(([, target]) => target === digest).map(([tag]) => tag);
    return { digest, tags, reason };
  }

  private state(): UndoState {
    const { current, wanted, restored, lost, listSteps } = this;
    return { current, wanted, restored, lost, listSteps };
  }
}

const blobsOf = (manifest: Manifest): readonly Descriptor[] =>
  manifest.kind === 'image'
    ? [manifest.config, ...manifest.layers].filter(({ mediaType }) => !isForeignLayer(mediaType))
    : [];
