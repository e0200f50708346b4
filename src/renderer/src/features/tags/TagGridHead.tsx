import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { type SortColumn, useTable } from '#state/table';
import type { ColumnId, PlacedColumn } from './columns';
import { markPartly, markWholly } from './partly-checked';
import type { HeaderCheck } from './selection';
import rowClasses from './TagRow.module.css';
import classes from './TagGrid.module.css';

const sortColumns: Readonly<Partial<Record<ColumnId, SortColumn>>> = {
  tag: 'tag',
  size: 'size',
  created: 'created',
};

/** What the arrow means in words of the column. */
const orderWords: Readonly<Record<SortColumn, readonly [descending: string, ascending: string]>> = {
  tag: ['newest version first', 'oldest version first'],
  size: ['biggest first', 'smallest first'],
  created: ['newest first', 'oldest first'],
};

const SortButton = ({
  column,
  sortColumn,
}: {
  readonly column: PlacedColumn;
  readonly sortColumn: SortColumn;
}) => {
  const sort = useTable((state) => state.sort);
  const sortBy = useTable((state) => state.sortBy);
  const isSorted = sort.column === sortColumn;
  const Arrow = sort.descending ? IconArrowDown : IconArrowUp;
  const [descending, ascending] = orderWords[sortColumn];
  const words = sort.descending ? descending : ascending;
  return (
    <button
      type="button"
      className={classes['sort']}
      data-numeric={column.isNumeric}
      data-hint={`${column.hint}${isSorted ? `\nSorted: ${words}` : ''}`}
      onClick={() => sortBy(sortColumn)}
    >
      <span>{column.title}</span>
      {isSorted && <Arrow size={13} stroke={2} aria-hidden />}
      {isSorted && sortColumn === 'tag' && <span className={classes['sortNote']}>version</span>}
    </button>
  );
};

const useAriaSort = (sortColumn: SortColumn | undefined) => {
  const sort = useTable((state) => state.sort);
  if (sortColumn === undefined) return undefined;
  if (sort.column !== sortColumn) return 'none';
  return sort.descending ? 'descending' : 'ascending';
};

const HeadCell = ({
  column,
  index,
  note,
}: {
  readonly column: PlacedColumn;
  readonly index: number;
  readonly note: string | undefined;
}) => {
  const sortColumn = sortColumns[column.id];
  const ariaSort = useAriaSort(sortColumn);
  return (
    <th
      scope="col"
      className={classes['headCell']}
      aria-sort={ariaSort}
      aria-colindex={index + 1}
      data-numeric={column.isNumeric}
    >
      {sortColumn === undefined ? (
        <span data-hint={note === undefined ? column.hint : `${column.hint}\n${note}`}>
          {column.title}
          {note !== undefined && <span className={classes['sortNote']}> so far</span>}
        </span>
      ) : (
        <SortButton column={column} sortColumn={sortColumn} />
      )}
    </th>
  );
};

/** The header row: the checkbox over everything that passes the filter, titles, and sort buttons. */
export const TagGridHead = ({
  columns,
  check,
  matchCount,
  alsoNote,
  onCheckAll,
}: {
  readonly columns: readonly PlacedColumn[];
  readonly check: HeaderCheck;
  readonly matchCount: number;
  /** Why "Same image" may miss some: not all digests are known yet. */
  readonly alsoNote: string | undefined;
  readonly onCheckAll: (isChecked: boolean) => void;
}) => (
  <thead className={classes['head']}>
    <tr aria-rowindex={1} className={classes['headRow']}>
      <th scope="col" aria-colindex={1} className={rowClasses['check']}>
        <input
          type="checkbox"
          className={rowClasses['box']}
          checked={check === 'all'}
          ref={check === 'some' ? markPartly : markWholly}
          disabled={matchCount === 0}
          aria-label={`Select all ${matchCount} tags shown`}
          onChange={() => onCheckAll(check !== 'all')}
        />
      </th>
      {columns.slice(1).map((column, at) => (
        <HeadCell
          key={column.id}
          column={column}
          index={at + 1}
          note={column.id === 'also' ? alsoNote : undefined}
        />
      ))}
    </tr>
  </thead>
);
