import type { Tag } from '#oci/tag';
import type { PlanStep } from './plan';
import { confirm, digestOfTag, type RunContext, type StepResult } from './run-context';

/** What one look at the names shows when a run has ended. */
export type LastLook = {
  /** Tags that nobody asked to remove and that are no longer there. */
  readonly lost: readonly Tag[];
  /** Removed tags that the registry goes on listing, with nothing behind them. */
  readonly leftBehind: ReadonlySet<Tag>;
};

const NOTHING: LastLook = { lost: [], leftBehind: new Set() };

/** Looks and changes nothing. A look that fails changes nothing about the run either. */
export const lookAtNames = async (
  context: RunContext,
  results: readonly StepResult[],
): Promise<LastLook> => {
  try {
    const listed = await listNames(context);
    if (listed === undefined) return NOTHING;
    const lost: Tag[] = [];
    const asked = new Set(context.plan.steps.flatMap(tagsToRemove));
    for (const tag of context.tags.keys()) {
      if (!asked.has(tag) && !listed.has(tag) && (await digestOfTag(context, tag)) === undefined)
        lost.push(tag);
    }
    return { lost, leftBehind: await findLeftBehind(context, listed, results) };
  } catch {
    return NOTHING;
  }
};

const listNames = async ({ repository }: RunContext): Promise<Set<Tag> | undefined> => {
  const { tags, incomplete } = await repository.listTags();
  return incomplete === undefined ? new Set(tags) : undefined;
};

/** Lists lag behind as well, so a name that is still there is looked for again before it is told. */
const findLeftBehind = async (
  context: RunContext,
  listed: ReadonlySet<Tag>,
  results: readonly StepResult[],
): Promise<Set<Tag>> => {
  const suspects = new Set<Tag>();
  for (const tag of results.flatMap(removedTags)) {
    const isListed = listed.has(tag) && !context.tags.has(tag);
    if (isListed && (await digestOfTag(context, tag)) === undefined) suspects.add(tag);
  }
  if (suspects.size === 0) return suspects;
  await confirm(context, async () => {
    const names = await listNames(context);
    for (const tag of suspects) if (names?.has(tag) === false) suspects.delete(tag);
    return suspects.size === 0;
  });
  return suspects;
};

/** The tags that a step has taken away. */
export const removedTags = ({ step, state }: StepResult): readonly Tag[] =>
  state === 'done' ? tagsToRemove(step) : [];

const tagsToRemove = (step: PlanStep): readonly Tag[] => {
  if (step.kind === 'untag') return [step.tag];
  return step.kind === 'delete-manifest' ? step.tags : [];
};
