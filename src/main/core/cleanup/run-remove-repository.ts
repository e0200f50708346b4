import { readFault } from './faults';
import { confirm, digestOfTag, type RunContext, type StepEnd } from './run-context';

/** Where the registry removes a whole repository: only while it still is what the plan was made from. */
export const runRemoveRepository = async (context: RunContext): Promise<StepEnd> => {
  const { repository, tags } = context;
  if (repository.removeRepository === undefined) {
    return { state: 'failed', note: 'registry-refused', stops: true };
  }
  const listed = await repository.listTags();
  if (listed.incomplete !== undefined || listed.tags.some((tag) => !tags.has(tag))) {
    return { state: 'skipped', note: 'appeared-meanwhile', stops: true };
  }
  for (const tag of listed.tags) {
    const digest = await digestOfTag(context, tag);
    if (digest !== undefined && digest !== tags.get(tag)) {
      return { state: 'skipped', note: 'moved-meanwhile', stops: true };
    }
  }
  try {
    await repository.removeRepository();
  } catch (error) {
    if (readFault(error).kind !== 'not-found') throw error;
  }
  const isEmpty = await confirm(
    context,
    async () => (await repository.listTags()).tags.length === 0,
  );
  if (!isEmpty) return { state: 'failed', note: 'not-confirmed', stops: true };
  tags.clear();
  return { state: 'done' };
};
