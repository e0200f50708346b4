import { create } from 'zustand';
import type { ChangeView } from '#contract/change';
import { formatCount, formatCounted } from '#lib/format';
import { useChanges } from '#lib/live';
import { visibleText } from '#oci/text';
import { useContinuing } from './continuing';

type Later = {
  readonly postponed: ReadonlySet<string>;
  /** Says nothing more of these until Tagboat is started again. */
  readonly postpone: (changeIds: readonly string[]) => void;
};

export const useLater = create<Later>()((set) => ({
  postponed: new Set(),
  postpone: (changeIds) =>
    set(({ postponed }) => ({ postponed: new Set([...postponed, ...changeIds]) })),
}));

/** Changes that a crash or an end of Tagboat cut short, and that nobody goes on with now. */
export const useInterrupted = (): readonly ChangeView[] => {
  const { value: changes } = useChanges();
  const continued = useContinuing((state) => state.continued);
  return changes.filter(
    ({ outcome, changeId }) => outcome === 'interrupted' && !continued.has(changeId),
  );
};

/** "A change of team/app was interrupted after 3 of 7 steps." */
export const interruptedWords = ({ repository, completed, total }: ChangeView): string =>
  `A change of ${visibleText(repository)} was interrupted after ${formatCount(completed)} of ${formatCounted(total, 'step')}.`;
