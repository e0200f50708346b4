import type { Fault } from './faults';
import type { PlanStep } from './plan';
import type { RunContext, StepEnd } from './run-context';
import { giveBackTag } from './run-untag';

/**
 * Ends a step for which no further try is made. Its state is kept in the journal. An image behind a placeholder is brought
 * back first, even from a failing registry.
 */
export const giveUp = async (
  context: RunContext,
  step: PlanStep,
  { kind, message }: Fault,
): Promise<StepEnd> => {
  const failed: StepEnd = { state: 'failed', message, stops: true };
  const isPut = step.kind === 'put-tag' || step.kind === 'put-manifest';
  // One manifest that does not come back must not keep away the others.
  const isUndo = context.entry.header.undoes !== undefined;
  if (isUndo && isPut && (kind === 'refused' || kind === 'not-found')) {
    return { state: 'failed', note: 'registry-refused', message };
  }
  if (step.kind !== 'untag' || step.method !== 'placeholder') return failed;
  const { clock, limits } = context;
  for (let tries = 1; tries <= limits.maxTries; tries += 1) {
    try {
      return { ...(await giveBackTag(context, step)), message };
    } catch {
      await clock.wait(250 * 2 ** tries);
    }
  }
  return { ...failed, note: 'placeholder-left' };
};
