import { useLayoutEffect, useRef } from 'react';
import { type LocalActivity, localRegistryId } from '#contract/local';
import { useFixedRows } from '#lib/fixed-rows';
import { formatAbsolute } from '#lib/dates';
import { formatSecond } from '#lib/local-words';
import { useSelection } from '#state/selection';
import { clientOf, outcomeOf, subjectOf } from './activity-words';
import classes from './ActivityList.module.css';

/** A list that scrolls takes the focus, so that the keyboard scrolls it. */
const reachable = { tabIndex: 0 };
export const rowPx = 26;

const Subject = ({ entry }: { readonly entry: LocalActivity }) => {
  const { repository, tag, action } = entry;
  const text = subjectOf(entry);
  if (repository === undefined || action === 'delete') {
    return <span className={classes['subject']}>{text}</span>;
  }
  return (
    <button
      type="button"
      className={classes['link']}
      data-hint={text}
      onClick={() => useSelection.getState().selectRepository(localRegistryId, repository, tag)}
    >
      {text}
    </button>
  );
};

const Row = ({
  entry,
  at,
  now,
}: {
  readonly entry: LocalActivity;
  readonly at: number;
  readonly now: number;
}) => (
  <li
    className={classes['row']}
    style={{ transform: `translateY(${at * rowPx}px)` }}
    data-action={entry.action}
  >
    <time dateTime={entry.at} data-hint={formatAbsolute(Date.parse(entry.at))}>
      {formatSecond(entry.at, now)}
    </time>
    <span className={classes['action']}>{entry.action}</span>
    <Subject entry={entry} />
    <span className={classes['outcome']} data-hint={outcomeOf(entry)}>
      {outcomeOf(entry)}
    </span>
    <span className={classes['client']} data-hint={clientOf(entry)}>
      {clientOf(entry)}
    </span>
  </li>
);

/** Whoever reads further down keeps the place: what comes on top pushes the rows, not the eye. */
const useKeepPlace = (
  entries: readonly LocalActivity[],
  scroller: { readonly current: HTMLElement | null },
): void => {
  const before = useRef<string | undefined>(undefined);
  useLayoutEffect(() => {
    const element = scroller.current;
    const added = entries.findIndex(({ id }) => id === before.current);
    before.current = entries[0]?.id;
    if (element === null || added <= 0 || element.scrollTop < rowPx) return;
    element.scrollTo({ top: element.scrollTop + added * rowPx });
  }, [entries, scroller]);
};

/** Pushes, pulls and deletes as they happen, newest first. Only the rows in view are drawn. */
export const ActivityList = ({
  entries,
  now,
}: {
  readonly entries: readonly LocalActivity[];
  readonly now: number;
}) => {
  const { scroller, first, last, onScroll } = useFixedRows<HTMLElement>(entries.length, rowPx);
  useKeepPlace(entries, scroller);
  return (
    <section
      ref={scroller}
      className={classes['scroller']}
      aria-label="Activity"
      onScroll={onScroll}
      {...reachable}
    >
      <ol className={classes['list']} style={{ height: entries.length * rowPx }}>
        {entries.slice(first, last).map((entry, at) => (
          <Row key={entry.id} entry={entry} at={first + at} now={now} />
        ))}
      </ol>
    </section>
  );
};
