import type { ChangeReport, ChangeStep, ChangeView } from '#contract/change';
import type { RegistryView } from '#contract/registry';
import { noChangeReason } from '#lib/change-reasons';
import { formatCount, formatCounted } from '#lib/format';
import { visibleText } from '#oci/text';

const ofSteps = ({ completed, total }: ChangeView): string =>
  `${formatCount(completed)} of ${formatCounted(total, 'step')}`;

/** How a change ended, in a few words: "done", "interrupted after 3 of 7 steps". */
export const outcomeWords = (change: ChangeView): string => {
  switch (change.outcome) {
    case 'done':
      return 'done';
    case 'done-with-exceptions':
      return 'done with exceptions';
    case 'undone':
      return 'undone';
    case 'running':
      return `running, ${ofSteps(change)}`;
    case 'stopped':
    case 'cancelled':
    case 'interrupted':
      return `${change.outcome} after ${ofSteps(change)}`;
  }
};

/** What was changed: "Undo: Add 2 tags" for one that took another back. */
export const titleOf = ({ text, isUndo }: ChangeView): string =>
  isUndo ? `Undo: ${visibleText(text)}` : visibleText(text);

/** Outcomes that can be gone on with, and rolled back. */
const unfinished: ReadonlySet<ChangeView['outcome']> = new Set([
  'interrupted',
  'stopped',
  'cancelled',
]);

export const isUnfinished = ({ outcome }: ChangeView): boolean => unfinished.has(outcome);

export const canBeUndone = ({ outcome }: ChangeView): boolean =>
  outcome === 'done' || outcome === 'done-with-exceptions';

const isSamePlace = (a: ChangeView, b: ChangeView): boolean =>
  a.host === b.host && a.repository === b.repository;

/** Why nothing can be done with a change now, in a sentence; undefined when something can. */
export const refusalOf = (
  change: ChangeView,
  registries: readonly RegistryView[],
  changes: readonly ChangeView[],
): string | undefined => {
  const registry = registries.find(({ id }) => id === change.registryId);
  if (registry === undefined) return 'The registry is no longer in the list.';
  const marked = noChangeReason(registry, change.repository);
  if (marked !== undefined) return marked;
  const isBusy = changes.some((one) => one.outcome === 'running' && isSamePlace(one, change));
  return isBusy ? 'Another change of this repository is running.' : undefined;
};

/** The steps that need a word: skipped, failed, put back, or not reached. */
export const exceptionsOf = ({ steps }: ChangeReport): readonly ChangeStep[] =>
  steps.filter(
    ({ state, note }) => (state !== 'done' && state !== 'already') || note !== undefined,
  );

const stepWords: Readonly<Record<ChangeStep['state'], string>> = {
  done: 'done',
  already: 'was so already',
  skipped: 'skipped',
  failed: 'failed',
  'put-back': 'put back',
  begun: 'begun, and not known to be done',
  'not-run': 'not done',
};

/** "Remove the tag 1.8: skipped. The tag was moved meanwhile." */
export const exceptionWords = ({ text, state, note, message }: ChangeStep): string => {
  const parts = [`${text}: ${stepWords[state]}.`, note, message && `The registry says: ${message}`];
  return visibleText(parts.filter((part) => part !== undefined && part !== '').join(' '));
};

const reportWords: Readonly<Record<ChangeReport['outcome'], string>> = {
  done: 'Done',
  'done-with-exceptions': 'Done, with exceptions',
  stopped: 'Stopped',
  cancelled: 'Cancelled',
};

/** The result in one line: "Done: Untagged 2 tags, deleted 1 image". */
export const reportTitle = ({ outcome, text }: ChangeReport): string =>
  visibleText(text === '' ? reportWords[outcome] : `${reportWords[outcome]}: ${text}`);
