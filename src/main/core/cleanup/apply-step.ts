import type { Digest } from '#oci/digest';
import type { Tag } from '#oci/tag';
import type { PlanStep } from './plan';
import type { RunContext, StepEnd } from './run-context';

/** Keeps what the run knows of tags and deleted digests in step with what it did, in this life or an earlier one. */
export const applyStep = (
  context: RunContext,
  step: PlanStep,
  index: number,
  end: Omit<StepEnd, 'stops'>,
): void => {
  const { state } = end;
  context.done.delete(index);
  if (state !== 'done' && state !== 'already') return;
  if (state === 'done') context.done.add(index);
  switch (step.kind) {
    case 'put-tag':
      context.tags.set(step.tag, end.after ?? step.digest);
      return;
    case 'update-list':
      if (end.after !== undefined) context.tags.set(step.tag, end.after);
      return;
    case 'untag':
      forgetTag(context, step.tag, step.digest);
      return;
    case 'delete-manifest':
      if (state === 'done') applyDeletion(context, step, end);
      return;
    case 'put-manifest':
    case 'remove-repository':
      return;
  }
};

const applyDeletion = (
  context: RunContext,
  { digest, tags }: Extract<PlanStep, { kind: 'delete-manifest' }>,
  { note }: Omit<StepEnd, 'stops'>,
): void => {
  context.deleted.add(digest);
  if (note === 'tag-left-behind') return;
  for (const tag of tags) forgetTag(context, tag, digest);
};

const forgetTag = ({ tags }: RunContext, tag: Tag, digest: Digest): void => {
  if (tags.get(tag) === digest) tags.delete(tag);
};
