import type { Digest } from '#oci/digest';
import { confirm, contentOf, resolve, type RunContext, type StepEnd } from './run-context';

/** A later step of the plan deletes the image anyway. */
const isDeletedLater = ({ plan }: RunContext, digest: Digest, index: number): boolean =>
  plan.steps.some(
    (step, at) => at > index && step.kind === 'delete-manifest' && step.digest === digest,
  );

const isStillTagged = ({ tags }: RunContext, digest: Digest): boolean => {
  for (const target of tags.values()) if (target === digest) return true;
  return false;
};

/**
 * Some registries drop an image with its last tag, even one that an index is made of (zot#4444). Once one has kept an
 * image it need not be asked after each of 200 tags.
 */
export const keepImage = async (
  context: RunContext,
  digest: Digest,
  index: number,
  proof: 'keepsOverwritten' | 'keepsUntagged',
): Promise<StepEnd> => {
  if (context.proof[proof] || isStillTagged(context, digest)) return { state: 'done' };
  if ((await resolve(context, digest)) !== undefined) {
    context.proof[proof] = true;
    return { state: 'done' };
  }
  if (isDeletedLater(context, digest, index)) {
    return { state: 'done', note: 'image-dropped-with-tag' };
  }
  await context.repository.put(digest, await contentOf(context, digest));
  const isBack = await confirm(context, async () => (await resolve(context, digest)) !== undefined);
  return isBack
    ? { state: 'done', note: 'image-put-back' }
    : { state: 'failed', note: 'not-confirmed', stops: true };
};
