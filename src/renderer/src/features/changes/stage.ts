import type { ChangeProgress, PlanProgress, PlanView } from '#contract/change';
import type { ContractError } from '#contract/result';
import { formatCount } from '#lib/format';
import { visibleText } from '#oci/text';
import { type Outcome, outcomeWords } from './outcome';
import { isNothingToDo, progressWords } from './plan-words';
import type { Planning } from './use-plan';
import type { Running } from './use-run';

/** Where the dialog is: thinking, showing the plan, running it, telling what came of it. */
export type Stage =
  | { readonly kind: 'planning'; readonly progress: PlanProgress | undefined }
  | { readonly kind: 'plan-failed'; readonly error: ContractError }
  | { readonly kind: 'plan'; readonly plan: PlanView }
  | {
      readonly kind: 'running';
      readonly plan: PlanView;
      readonly progress: ChangeProgress | undefined;
      readonly isStopping: boolean;
    }
  | { readonly kind: 'run-failed'; readonly error: ContractError }
  | { readonly kind: 'over'; readonly outcome: Outcome };

export const stageOf = (planning: Planning, running: Running): Stage => {
  if (planning.kind === 'planning') return planning;
  if (planning.kind === 'failed') return { kind: 'plan-failed', error: planning.error };
  const { plan } = planning;
  switch (running.kind) {
    case 'idle':
      return { kind: 'plan', plan };
    case 'running':
      return { ...running, plan };
    case 'failed':
      return { kind: 'run-failed', error: running.error };
    case 'over':
      return running;
  }
};

/** Why the button of a plan cannot be pressed; undefined when it can. */
export const notYetReason = (
  plan: PlanView,
  confirmed: ReadonlySet<string>,
): string | undefined => {
  if (isNothingToDo(plan)) return 'There is nothing to change.';
  const [blocker] = plan.blockers;
  if (blocker !== undefined) return visibleText(blocker.message);
  const open = plan.confirmations.filter(({ tag }) => !confirmed.has(tag));
  const [first] = open;
  if (first === undefined) return undefined;
  return open.length === 1
    ? `Tick ${visibleText(first.tag)} first: it is protected.`
    : `Tick the ${formatCount(open.length)} protected tags first.`;
};

const readyWords = (plan: PlanView): string => {
  if (isNothingToDo(plan)) return 'There is nothing to change.';
  return plan.blockers.length > 0
    ? 'The plan is ready, and something stands in its way.'
    : `The plan is ready: ${plan.action}.`;
};

/** What screen readers are told while the dialog goes from one stage to the next. */
export const stageWords = (stage: Stage): string => {
  switch (stage.kind) {
    case 'planning':
      return progressWords(stage.progress);
    case 'plan':
      return readyWords(stage.plan);
    case 'running': {
      const { completed, total } = stage.progress ?? { completed: 0, total: 0 };
      return total === 0 ? 'The change begins.' : `${completed} of ${total} steps are done.`;
    }
    case 'over':
      return outcomeWords(stage.outcome);
    case 'plan-failed':
    case 'run-failed':
      return '';
  }
};
