import type { ReactNode } from 'react';
import { useFixedRows } from '#lib/fixed-rows';
import classes from './RowTable.module.css';

/** A table that scrolls takes the focus, so that the keyboard scrolls it. */
const reachable = { tabIndex: 0 };
const rowPx = 30;
const headPx = 28;
const borderPx = 2;
const mostShown = 9;

export type Column = { readonly title: string; readonly isNumeric?: boolean };

/** Rows of equal height below a head that stays; only those in view are drawn. */
export const RowTable = ({
  label,
  columns,
  template,
  count,
  cells,
}: {
  readonly label: string;
  readonly columns: readonly Column[];
  /** The columns' widths, as of a grid. */
  readonly template: string;
  readonly count: number;
  /** What stands in a row, one a column; the first is its head. */
  readonly cells: (at: number) => readonly ReactNode[];
}) => {
  const { scroller, first, last, onScroll } = useFixedRows<HTMLElement>(count, rowPx);
  const grid = { gridTemplateColumns: template };
  return (
    <section
      ref={scroller}
      className={classes['scroller']}
      style={{ height: headPx + Math.min(count, mostShown) * rowPx + borderPx }}
      aria-label={label}
      onScroll={onScroll}
      {...reachable}
    >
      <table className={classes['table']} aria-label={label} aria-rowcount={count + 1}>
        <thead className={classes['head']}>
          <tr className={classes['headRow']} style={grid} aria-rowindex={1}>
            {columns.map(({ title, isNumeric = false }) => (
              <th key={title} scope="col" data-numeric={isNumeric || undefined}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className={classes['rows']} style={{ height: count * rowPx }}>
          {Array.from({ length: Math.max(0, last - first) }, (_, offset) => {
            const at = first + offset;
            const [name, ...rest] = cells(at);
            return (
              <tr
                key={at}
                className={classes['row']}
                style={{ ...grid, transform: `translateY(${at * rowPx}px)` }}
                aria-rowindex={at + 2}
              >
                <th scope="row">{name}</th>
                {rest.map((cell, index) => {
                  const column = columns[index + 1];
                  return (
                    <td
                      key={column?.title ?? index}
                      data-numeric={column?.isNumeric === true || undefined}
                    >
                      {cell}
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
};
