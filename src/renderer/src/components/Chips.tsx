import { fitChips } from '#lib/platform-label';
import classes from './Chips.module.css';

export type ChipKind = 'plain' | 'outline' | 'warning';

/** A word in a small box. */
export const Chip = ({
  label,
  kind = 'plain',
  hint,
}: {
  readonly label: string;
  readonly kind?: ChipKind;
  readonly hint?: string;
}) => (
  <span className={classes['chip']} data-kind={kind} data-hint={hint ?? label}>
    {label}
  </span>
);

/** As many chips as stand in `widthPx`, and "+n" for the others; all of them are in the hint. */
export const Chips = ({
  labels,
  kind = 'plain',
  widthPx,
  hint,
  total = labels.length,
}: {
  readonly labels: readonly string[];
  readonly kind?: ChipKind;
  readonly widthPx: number;
  readonly hint: string;
  /** How many there are, when `labels` are only the first of them. */
  readonly total?: number;
}) => {
  const { shown } = fitChips(labels, widthPx);
  const hiddenCount = total - shown.length;
  return (
    <span className={classes['list']} data-hint={hint}>
      {shown.map((label) => (
        <span key={label} className={classes['chip']} data-kind={kind}>
          {label}
        </span>
      ))}
      {hiddenCount > 0 && <span className={classes['rest']}>+{hiddenCount}</span>}
    </span>
  );
};
