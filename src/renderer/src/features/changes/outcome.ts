import type { ChangeReport, ChangeStep } from '#contract/change';
import { formatCount, formatCounted } from '#lib/format';
import { visibleText } from '#oci/text';

/** What a run came to. */
export type Outcome = Omit<ChangeReport, 'changeId'> & {
  /** Undefined: nothing was begun, so the journal has no entry. */
  readonly changeId: string | undefined;
};

const hasSomethingToSay = ({ state, note, message }: ChangeStep): boolean =>
  note !== undefined || message !== undefined || (state !== 'done' && state !== 'already');

/** The steps that did not simply go as planned. */
export const exceptionsOf = ({ steps }: Outcome): readonly ChangeStep[] =>
  steps.filter(hasSomethingToSay);

/** True where a person should read what happened before they go on. */
export const needsReading = (outcome: Outcome): boolean =>
  outcome.outcome !== 'done' || outcome.lostTags.length > 0 || exceptionsOf(outcome).length > 0;

const isDone = ({ state }: ChangeStep): boolean => state === 'done' || state === 'already';

/** What was done, in a sentence. Short of all of it, the plan's own words would say too much: then steps are counted. */
export const outcomeWords = ({ outcome, text, steps }: Outcome): string => {
  const total = steps.length;
  if (outcome === 'done' || total === 0) return `${visibleText(text)}.`;
  const completed = steps.filter(isDone).length;
  return `${formatCount(completed)} of ${formatCounted(total, 'step is', 'steps are')} done.`;
};
