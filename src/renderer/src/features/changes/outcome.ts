import type { ChangeReport, ChangeStep } from '#contract/change';

/** What a run came to. */
export type Outcome = Omit<ChangeReport, 'changeId'> & {
  /** Undefined: nothing was begun, so the journal has no entry. */
  readonly changeId: string | undefined;
  /** How far it came, where the journal counts steps and does not list them. */
  readonly completed?: number;
  readonly total?: number;
};

const hasSomethingToSay = ({ state, note, message }: ChangeStep): boolean =>
  note !== undefined || message !== undefined || (state !== 'done' && state !== 'already');

/** The steps that did not simply go as planned. */
export const exceptionsOf = ({ steps }: Outcome): readonly ChangeStep[] =>
  steps.filter(hasSomethingToSay);

/** True where a person should read what happened before they go on. */
export const needsReading = (outcome: Outcome): boolean =>
  outcome.outcome !== 'done' || outcome.lostTags.length > 0 || exceptionsOf(outcome).length > 0;
