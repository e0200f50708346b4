import type { Digest } from '#oci/digest';
import type { Tag } from '#oci/tag';
import { keepImage } from './bystanders';
import { readFault, type Fault } from './faults';
import type { PlanStep } from './plan';
import { makePlaceholder, type Placeholder } from './placeholder';
import {
  confirm,
  contentOf,
  digestOfTag,
  learnRefusal,
  learnSeen,
  type RunContext,
  type StepEnd,
} from './run-context';

type UntagStep = Extract<PlanStep, { kind: 'untag' }>;

export const runUntag = async (
  context: RunContext,
  step: UntagStep,
  index: number,
  isAgain: boolean,
): Promise<StepEnd> =>
  step.method === 'placeholder'
    ? new PlaceholderUntag(context, step, index).run(isAgain)
    : new DirectUntag(context, step, index).run(isAgain);

const MOVED: StepEnd = { state: 'skipped', note: 'moved-meanwhile' };

/** distribution-spec, Deleting tags. Registries disagree on whether the manifest and its other tags survive. */
class DirectUntag {
  constructor(
    private readonly context: RunContext,
    private readonly step: UntagStep,
    private readonly index: number,
  ) {}

  async run(isAgain: boolean): Promise<StepEnd> {
    const { context, step } = this;
    const now = await digestOfTag(context, step.tag);
    if (now === undefined) {
      context.tags.delete(step.tag);
      // An earlier try may have ended before the look at what it took, or another name have taken this one along.
      const isOurs = isAgain || this.wentWithAnother();
      return isOurs && !this.isProven() ? this.checkBystanders() : { state: 'already' };
    }
    if (now !== step.digest) return MOVED;
    await this.remove();
    let last: Digest | undefined = now;
    const isGone = await confirm(context, async () => {
      last = await digestOfTag(context, step.tag);
      return last !== step.digest;
    });
    if (!isGone) return { state: 'failed', note: 'not-confirmed', stops: true };
    if (last === undefined) context.tags.delete(step.tag);
    else context.tags.set(step.tag, last);
    return this.isProven() ? { state: 'done' } : this.checkBystanders();
  }

  private async remove(): Promise<void> {
    try {
      await this.context.repository.remove(this.step.tag);
    } catch (error) {
      const fault = readFault(error);
      learnRefusal(this.context, 'deleteByTag', fault);
      // A 404 is no proof: the tag is looked at again in any case.
      if (fault.kind !== 'not-found') throw error;
    }
  }

  private wentWithAnother(): boolean {
    const { done, plan } = this.context;
    return [...done].some((index) => {
      const other = plan.steps[index];
      return other?.kind === 'untag' && index !== this.index && other.digest === this.step.digest;
    });
  }

  /** Once a registry has left an image or its other tags alone, it need not be asked after each of 200 tags. */
  private isProven(): boolean {
    const { keepsUntagged, keepsSiblings } = this.context.proof;
    return this.step.siblings.length > 0 ? keepsSiblings : keepsUntagged;
  }

  private async checkBystanders(): Promise<StepEnd> {
    const { context, step } = this;
    const lost = await this.findGone(step.siblings);
    // The run ends here, so names that later steps would have removed come back as well.
    if (lost.length > 0)
      return this.putBack([...lost, ...(await this.findGone(this.goingLater()))]);
    if (step.siblings.length > 0) {
      context.proof.keepsSiblings = true;
      learnSeen(context, 'deleteByTag');
      return { state: 'done' };
    }
    const end = await keepImage(context, step.digest, this.index, 'keepsUntagged');
    if (end.note === undefined) learnSeen(context, 'deleteByTag');
    return end;
  }

  private async findGone(tags: readonly Tag[]): Promise<Tag[]> {
    const gone: Tag[] = [];
    for (const tag of tags) {
      if ((await digestOfTag(this.context, tag)) === undefined) gone.push(tag);
    }
    return gone;
  }

  private goingLater(): Tag[] {
    const { digest, siblings } = this.step;
    return [...this.context.tags].flatMap(([tag, target]) =>
      target === digest && !siblings.includes(tag) ? tag : [],
    );
  }

  /** The registry took other tags as well: they come back, with the image, and it gets no further one. */
  private async putBack(lost: readonly Tag[]): Promise<StepEnd> {
    const { context, step } = this;
    const content = await contentOf(context, step.digest);
    for (const tag of lost) await context.repository.put(tag, content);
    const isBack = await confirm(context, async () => {
      for (const tag of lost) if ((await digestOfTag(context, tag)) === undefined) return false;
      return true;
    });
    if (!isBack) return { state: 'failed', note: 'not-confirmed', stops: true };
    context.learned.deleteByTag = {
      answer: 'no',
      how: 'refused-just-now',
      detail: 'Deleting a tag deletes the image and its other tags here.',
    };
    return { state: 'done', note: 'siblings-put-back', stops: true };
  }
}

/** For registries that delete by digest only: the tag is put on a manifest that no other tag has, and that one deleted. */
class PlaceholderUntag {
  constructor(
    private readonly context: RunContext,
    private readonly step: UntagStep,
    private readonly index: number,
  ) {}

  async run(isAgain: boolean): Promise<StepEnd> {
    const { context, step } = this;
    const placeholder = await placeholderOf(context, step);
    const now = await digestOfTag(context, step.tag);
    if (now === undefined) {
      context.tags.delete(step.tag);
      return isAgain ? this.keepImage() : { state: 'already' };
    }
    if (now !== step.digest && now !== placeholder.digest) return MOVED;
    if (now === step.digest) await this.place(placeholder);
    try {
      await context.repository.remove(placeholder.digest);
    } catch (error) {
      const fault = readFault(error);
      learnRefusal(context, 'deleteByDigest', fault);
      // Not the last word: a busy registry is asked again, and the next try finds the placeholder in its place.
      if (fault.kind === 'busy') throw error;
      if (fault.kind !== 'not-found') return giveBackTag(context, step, fault);
    }
    return this.confirmGone(placeholder);
  }

  private async place(placeholder: Placeholder): Promise<void> {
    const { repository } = this.context;
    try {
      for (const bytes of placeholder.blobs) await ensureBlob(this.context, bytes);
      await repository.put(this.step.tag, placeholder);
    } catch (error) {
      learnRefusal(this.context, 'push', readFault(error));
      throw error;
    }
  }

  private async confirmGone(placeholder: Placeholder): Promise<StepEnd> {
    const { context, step } = this;
    let last: Digest | undefined;
    const isGone = await confirm(context, async () => {
      last = await digestOfTag(context, step.tag);
      // A replica that lags still shows the image or the placeholder.
      return last !== placeholder.digest && last !== step.digest;
    });
    if (!isGone) return last === step.digest ? MOVED : giveBackTag(context, step);
    if (last === undefined) context.tags.delete(step.tag);
    else context.tags.set(step.tag, last);
    learnSeen(context, 'deleteByDigest');
    return this.keepImage();
  }

  private keepImage(): Promise<StepEnd> {
    return keepImage(this.context, this.step.digest, this.index, 'keepsOverwritten');
  }
}

/** What this run puts, or has put in an earlier life, in place of the image. */
export const placeholderOf = async (context: RunContext, step: UntagStep): Promise<Placeholder> => {
  const mediaType =
    context.entry.mediaTypeOf(step.digest) ?? (await contentOf(context, step.digest)).mediaType;
  return makePlaceholder(context.entry.header.id, step.tag, mediaType);
};

/** Blobs that this run has pushed already, by their bytes' identity. */
const pushed = new WeakMap<RunContext, Set<string>>();

const ensureBlob = async (context: RunContext, bytes: Uint8Array): Promise<void> => {
  const known = pushed.get(context) ?? new Set<string>();
  pushed.set(context, known);
  const key = Buffer.from(bytes).toString('latin1');
  if (known.has(key)) return;
  await context.repository.putBlob(bytes);
  known.add(key);
};

/** An image must not stay hidden behind its placeholder: where no further try is made, the tag gets it back. */
export const giveBackTag = async (
  context: RunContext,
  step: UntagStep,
  fault?: Fault,
): Promise<StepEnd> => {
  const said = fault === undefined ? {} : { message: fault.message };
  const { digest } = await placeholderOf(context, step);
  const now = await digestOfTag(context, step.tag);
  if (now === digest) {
    await context.repository.put(step.tag, await contentOf(context, step.digest));
  } else if (now !== step.digest) {
    return { state: 'failed', note: 'moved-meanwhile', ...said, stops: true };
  }
  const isBack = await confirm(
    context,
    async () => (await digestOfTag(context, step.tag)) === step.digest,
  );
  if (!isBack) return { state: 'failed', note: 'not-confirmed', ...said, stops: true };
  return { state: 'put-back', note: 'put-back', ...said, stops: true };
};
