import type { Digest } from '#oci/digest';
import type { Tag } from '#oci/tag';
import { readFault } from './faults';
import type { Guard } from './guard';
import type { PlanStep } from './plan';
import {
  confirm,
  digestOfTag,
  learnRefusal,
  learnSeen,
  resolve,
  type RunContext,
  type StepEnd,
} from './run-context';

type DeleteStep = Extract<PlanStep, { kind: 'delete-manifest' }>;

/** distribution-spec, Deleting Manifests. Takes the digest and every tag on it, so it runs last and looks first. */
export const runDelete = async (
  context: RunContext,
  step: DeleteStep,
  guard: Guard,
): Promise<StepEnd> => {
  const { digest, tags } = step;
  await guard.check();
  if (context.needed.has(digest)) return { state: 'skipped', note: 'needed-meanwhile' };
  if ((await resolve(context, digest)) === undefined) {
    forget(context, tags, digest);
    return { state: 'already' };
  }
  if (await hasNewReferrer(context, step)) {
    await guard.protect([digest]);
    return { state: 'skipped', note: 'referrer-meanwhile' };
  }
  const refusal = await remove(context, digest);
  if (refusal !== undefined) {
    // Refused for this one image: what it needs must not go either (zot refuses children of an index).
    await guard.protect([digest]);
    return { state: 'failed', note: 'registry-refused', message: refusal };
  }
  const isGone = await confirm(context, async () => (await resolve(context, digest)) === undefined);
  if (!isGone) return { state: 'failed', note: 'not-confirmed', stops: true };
  learnSeen(context, 'deleteByDigest');
  const isLeftBehind = await removeLeftTags(context, step);
  return isLeftBehind ? { state: 'done', note: 'tag-left-behind' } : { state: 'done' };
};

const forget = (context: RunContext, tags: readonly Tag[], digest: Digest): void => {
  for (const tag of tags) if (context.tags.get(tag) === digest) context.tags.delete(tag);
};

/** A signature that was pushed after the plan was made has not been seen by anybody. */
const hasNewReferrer = async (context: RunContext, step: DeleteStep): Promise<boolean> => {
  const list = await context.repository.listReferrers(step.digest);
  if (list.incomplete !== undefined) return true;
  for (const { digest } of list.descriptors) {
    const isKnown = step.referrers.includes(digest) || context.deleted.has(digest);
    if (!isKnown && (await resolve(context, digest)) !== undefined) return true;
  }
  return false;
};

/** Gives the registry's words where it refuses this digest and is known to delete others. */
const remove = async (context: RunContext, digest: Digest): Promise<string | undefined> => {
  try {
    await context.repository.remove(digest);
  } catch (error) {
    const fault = readFault(error);
    // A 404 is no proof: the digest is looked at again in any case.
    if (fault.kind === 'not-found') return undefined;
    const { deleteByDigest } = context.learned;
    const worksElsewhere = deleteByDigest?.answer === 'yes';
    if (worksElsewhere && (fault.kind === 'unsupported' || fault.kind === 'refused')) {
      return fault.message;
    }
    learnRefusal(context, 'deleteByDigest', fault);
    throw error;
  }
  return undefined;
};

/** Some registries keep the names of a deleted digest. A name that shows the digest still is removed by itself. */
const removeLeftTags = async (context: RunContext, step: DeleteStep): Promise<boolean> => {
  let isLeftBehind = false;
  for (const tag of step.tags) {
    const isOff = async (): Promise<boolean> => (await digestOfTag(context, tag)) !== step.digest;
    if (await isOff()) {
      forget(context, [tag], step.digest);
      continue;
    }
    await context.repository.remove(tag).catch((error: unknown) => {
      if (readFault(error).kind === 'cancelled') throw error;
    });
    if (await confirm(context, isOff)) forget(context, [tag], step.digest);
    else isLeftBehind = true;
  }
  return isLeftBehind;
};
