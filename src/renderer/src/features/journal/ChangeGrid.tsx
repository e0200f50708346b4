import { type FocusEvent, useMemo } from 'react';
import type { ChangeView } from '#contract/change';
import type { RegistryView } from '#contract/registry';
import { useNow } from '#lib/now';
import { refusalOf } from './change-words';
import classes from './ChangeGrid.module.css';
import { ChangeRow, type RowActions } from './ChangeRow';
import { useContinuing } from './continuing';
import { type JournalRow, groupByDay } from './days';
import { drawnRows } from './row-window';
import { useGridKeys } from './use-grid-keys';
import { useRowWindow } from './use-row-window';

const rowPx = { day: 32, change: 56 } as const;

const columns = ['Change', 'Time', 'Outcome', 'What can be done'];

const Head = () => (
  <thead className={classes['head']}>
    <tr aria-rowindex={1} className={classes['headRow']}>
      {columns.map((title, at) => (
        <th key={title} scope="col" aria-colindex={at + 1}>
          {at === 3 ? <span className="tb-visually-hidden">{title}</span> : title}
        </th>
      ))}
    </tr>
  </thead>
);

const DayRow = ({
  label,
  index,
  topPx,
}: {
  readonly label: string;
  readonly index: number;
  readonly topPx: number;
}) => (
  <tr className={classes['day']} style={{ top: topPx }} aria-rowindex={index + 2}>
    <th scope="rowgroup" colSpan={columns.length}>
      {label}
    </th>
  </tr>
);

/** Scrolls as little as needed to show a row, and with the first change of a day the day's name. */
const scrollToRow = (
  scroller: HTMLElement | null,
  offsets: readonly number[],
  rows: readonly JournalRow[],
  at: number,
): void => {
  if (scroller === null) return;
  const top = offsets[rows[at - 1]?.kind === 'day' ? at - 1 : at] ?? 0;
  const bottom = (offsets[at + 1] ?? top) - scroller.clientHeight + headPx;
  if (scroller.scrollTop > top) scroller.scrollTo({ top });
  else if (scroller.scrollTop < bottom) scroller.scrollTo({ top: bottom });
};
const headPx = 28;

/** Every change of the journal, newest first and by day: a virtual grid that is walked with the arrow keys. */
export const ChangeGrid = ({
  changes,
  registries,
  ...actions
}: RowActions & {
  readonly changes: readonly ChangeView[];
  readonly registries: readonly RegistryView[];
}) => {
  const now = useNow();
  const continued = useContinuing((state) => state.continued);
  const rows = useMemo(() => groupByDay(changes, now), [changes, now]);
  const heights = useMemo(() => rows.map(({ kind }) => rowPx[kind]), [rows]);
  const { scroller, offsets, window, onScroll } = useRowWindow(heights);
  const keys = useGridKeys(rows, scroller, (at) =>
    scrollToRow(scroller.current, offsets, rows, at),
  );
  const onFocus = (event: FocusEvent<HTMLElement>): void => {
    const changeId = event.target.closest<HTMLElement>('[data-change]')?.dataset['change'];
    if (changeId !== undefined) keys.onFocus(changeId);
  };
  const interactive = { role: 'grid', onKeyDown: keys.onKeyDown, onFocus } as const;
  return (
    <div ref={scroller} className={classes['scroller']} onScroll={onScroll}>
      <table
        {...interactive}
        className={classes['grid']}
        aria-label="Changes, newest first"
        aria-rowcount={rows.length + 1}
        aria-colcount={columns.length}
      >
        <Head />
        <tbody className={classes['canvas']} style={{ height: offsets.at(-1) }}>
          {drawnRows(window, keys.tabbable).map((at) => {
            const row = rows[at];
            if (row === undefined) return null;
            const topPx = offsets[at] ?? 0;
            if (row.kind === 'day') {
              return <DayRow key={row.key} label={row.label} index={at} topPx={topPx} />;
            }
            return (
              <ChangeRow
                key={row.key}
                {...actions}
                change={row.change}
                index={at}
                topPx={topPx}
                isTabbable={at === keys.tabbable}
                continued={continued.get(row.change.changeId)}
                refusal={refusalOf(row.change, registries, changes)}
              />
            );
          })}
        </tbody>
      </table>
    </div>
  );
};
