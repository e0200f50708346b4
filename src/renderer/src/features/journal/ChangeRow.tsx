import type { KeyboardEvent } from 'react';
import type { ChangeView } from '#contract/change';
import { ActionButton } from '#components/ActionButton';
import { ProgressBar } from '#components/ProgressBar';
import { formatAbsolute } from '#lib/dates';
import { visibleText } from '#oci/text';
import { canBeUndone, isUnfinished, outcomeWords, titleOf } from './change-words';
import classes from './ChangeGrid.module.css';
import type { Continued } from './continuing';
import { timeLabel } from './days';
import { OutcomeSign } from './OutcomeSign';

export type RowActions = {
  readonly onUndo: (change: ChangeView) => void;
  readonly onContinue: (change: ChangeView) => void;
  readonly onOpenPlace: (change: ChangeView) => void;
};

type ChangeRowProps = RowActions & {
  readonly change: ChangeView;
  readonly index: number;
  readonly topPx: number;
  readonly isTabbable: boolean;
  readonly continued: Continued | undefined;
  /** Why nothing can be done with it now. */
  readonly refusal: string | undefined;
};

/** What is true now: the window hears of its own run before the journal is told. */
const currentOf = (change: ChangeView, continued: Continued | undefined): ChangeView => {
  if (continued?.kind !== 'running') return change;
  const { completed = change.completed, total = change.total } = continued.progress ?? {};
  return { ...change, outcome: 'running', completed, total };
};

const Place = ({
  change,
  tabIndex,
  onOpenPlace,
}: Pick<ChangeRowProps, 'change' | 'onOpenPlace'> & { readonly tabIndex: number }) => {
  const words = `${visibleText(change.repository)} on ${visibleText(change.host)}`;
  if (change.registryId === undefined) return <span className={classes['place']}>{words}</span>;
  return (
    <button
      type="button"
      className={classes['placeLink']}
      tabIndex={tabIndex}
      title={`Open ${words}`}
      onClick={() => onOpenPlace(change)}
    >
      {words}
    </button>
  );
};

const Outcome = ({ change }: { readonly change: ChangeView }) => {
  const { outcome, completed, total } = change;
  return (
    <>
      <OutcomeSign outcome={outcome} />
      <span className={classes['outcomeText']}>
        {outcomeWords(change)}
        {outcome === 'running' && (
          <ProgressBar
            percent={total === 0 ? undefined : (completed / total) * 100}
            label={titleOf(change)}
          />
        )}
      </span>
    </>
  );
};

const Buttons = ({
  change,
  tabIndex,
  continued,
  refusal,
  onUndo,
  onContinue,
}: Omit<ChangeRowProps, 'index' | 'topPx' | 'isTabbable' | 'onOpenPlace'> & {
  readonly tabIndex: number;
}) => {
  const shared = { tabIndex, disabledReason: refusal };
  if (continued?.kind === 'stopping') return <span className={classes['note']}>Stopping…</span>;
  if (continued?.kind === 'running') {
    return (
      <ActionButton
        tabIndex={tabIndex}
        onClick={(event) => keepFocus(event.currentTarget, continued.cancel)}
      >
        Stop
      </ActionButton>
    );
  }
  if (canBeUndone(change)) {
    return (
      <ActionButton {...shared} onClick={() => onUndo(change)}>
        Undo…
      </ActionButton>
    );
  }
  if (!isUnfinished(change)) return null;
  return (
    <>
      <ActionButton
        {...shared}
        onClick={(event) => keepFocus(event.currentTarget, () => onContinue(change))}
      >
        Continue
      </ActionButton>
      <ActionButton {...shared} onClick={() => onUndo(change)}>
        Roll back…
      </ActionButton>
    </>
  );
};

/** The pressed button goes when the row changes; the row keeps the focus for it. */
const keepFocus = (button: HTMLElement, press: () => void): void => {
  button.closest<HTMLElement>('[data-change]')?.focus();
  press();
};

/** Enter on the row itself goes to the first thing that can be done with it. */
const enterActions = (event: KeyboardEvent<HTMLElement>): void => {
  if (event.key !== 'Enter' || event.target !== event.currentTarget) return;
  event.preventDefault();
  event.currentTarget.querySelector<HTMLElement>('[data-row-actions] button')?.focus();
};

/** One change of the journal. Up and down are the grid's; its buttons can be reached while it is the current row. */
export const ChangeRow = (props: ChangeRowProps) => {
  const { index, topPx, isTabbable, continued, onOpenPlace } = props;
  const change = currentOf(props.change, continued);
  const time = Date.parse(change.startedAt);
  const tabIndex = isTabbable ? 0 : -1;
  return (
    <tr
      className={classes['row']}
      style={{ top: topPx }}
      tabIndex={tabIndex}
      aria-rowindex={index + 2}
      data-change={change.changeId}
      data-outcome={change.outcome}
      data-autofocus={isTabbable || undefined}
      onKeyDown={enterActions}
    >
      <td className={classes['what']}>
        <span className={classes['title']} title={titleOf(change)}>
          {titleOf(change)}
        </span>
        <Place change={change} tabIndex={tabIndex} onOpenPlace={onOpenPlace} />
      </td>
      <td className={classes['when']}>
        <time
          dateTime={change.startedAt}
          title={Number.isFinite(time) ? formatAbsolute(time) : undefined}
        >
          {timeLabel(time)}
        </time>
      </td>
      <td className={classes['outcome']}>
        <Outcome change={change} />
      </td>
      <td className={classes['actions']} data-row-actions>
        <Buttons {...props} change={change} tabIndex={tabIndex} />
      </td>
    </tr>
  );
};
