import {
  type CSSProperties,
  type FocusEvent,
  type MouseEvent,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
} from 'react';
import { useFixedRows } from '#lib/fixed-rows';
import type { TagBook } from '#lib/tag-details';
import { useCheckedTags } from '#state/checked-tags';
import { useSelection } from '#state/selection';
import { type PlacedColumn, waitingBars } from './columns';
import { headerCheck } from './selection';
import { rowPx, TagGridBody } from './TagGridBody';
import { TagGridHead } from './TagGridHead';
import { type GridCommand, useGrid } from './use-grid';
import type { TagRows } from './use-tag-rows';
import classes from './TagGrid.module.css';

/**
 * Of the rows that `useFixedRows` offers beyond the screen, the outermost are neither drawn (each costs a layout while
 * scrolling) nor asked for (they may never be seen).
 */
const undrawnRows = 6;
const unaskedRows = 8;
const headPx = 28;

export type TagGridProps = {
  readonly label: string;
  readonly rows: TagRows;
  readonly book: TagBook;
  readonly columns: readonly PlacedColumn[];
  /** Why "Same image" may miss some. */
  readonly alsoNote: string | undefined;
  readonly isBusy: boolean;
  readonly onVisible: (tags: readonly string[]) => void;
  readonly onRetry: (tags: readonly string[]) => void;
  readonly onCopy: (lead: string) => void;
  readonly onCommand: (command: GridCommand, lead: string) => void;
  readonly onMenu: (lead: string, anchor: { readonly x: number; readonly y: number }) => void;
};

/** Shows the row of the tab order when the focus went there, or when it was selected from outside. */
const useShowRow = (scroller: RefObject<HTMLElement | null>, rows: TagRows, index: number) => {
  const selected = useSelection((state) => state.tag);
  const shown = useRef<string | null>(null);
  const isFocusWanted = useRef(false);
  const focused = useRef<string | null>(null);
  const isListed = selected !== null && rows.leads[index] === selected;
  const rowAt = (place: number): HTMLElement | null | undefined =>
    scroller.current?.querySelector<HTMLElement>(`[data-index="${place}"]`);
  /** The row with the focus was removed, and the focus with it. */
  const isFocusLost = (): boolean =>
    focused.current !== null &&
    document.activeElement === document.body &&
    !rows.leads.includes(focused.current);
  useLayoutEffect(() => {
    const row = rowAt(index);
    if (isFocusWanted.current || isFocusLost()) {
      isFocusWanted.current = false;
      row?.focus({ preventScroll: true });
      row?.scrollIntoView?.({ block: 'nearest' });
    } else if (isListed && shown.current !== selected) {
      row?.scrollIntoView?.({ block: shown.current === null ? 'center' : 'nearest' });
    }
    if (isListed) shown.current = selected;
  });
  return {
    wantFocus: (): void => {
      isFocusWanted.current = true;
    },
    onFocus: (event: FocusEvent): void => {
      const row = event.target instanceof Element ? event.target.closest('[data-lead]') : null;
      focused.current = row instanceof HTMLElement ? (row.dataset['lead'] ?? null) : null;
    },
    // Without a new place the focus has not gone elsewhere: its row may be what goes.
    onBlur: (event: FocusEvent): void => {
      if (event.relatedTarget !== null) focused.current = null;
    },
  };
};

const templateOf = (columns: readonly PlacedColumn[]): CSSProperties =>
  Object.fromEntries([
    ['--tag-columns', columns.map(({ widthPx }) => `${widthPx}px`).join(' ')],
    ['--tag-waiting', waitingBars(columns)],
  ]);

/** The range without its outermost rows, except at the ends of the list. */
const narrow = (
  { first, last }: { readonly first: number; readonly last: number },
  by: number,
  count: number,
): { readonly first: number; readonly last: number } => ({
  first: first === 0 ? 0 : first + by,
  last: last >= count ? last : last - by,
});

const useAskForVisible = (
  { rows, onVisible }: Pick<TagGridProps, 'rows' | 'onVisible'>,
  first: number,
  last: number,
): void => {
  const { leads } = rows;
  useEffect(() => {
    const asked = narrow({ first, last }, unaskedRows, leads.length);
    onVisible(leads.slice(asked.first, asked.last));
  }, [leads, first, last, onVisible]);
};

/** The tag table: a virtual grid that holds as many rows as are on screen, however many there are. */
export const TagGrid = (props: TagGridProps) => {
  const { label, rows, book, columns, alsoNote, isBusy, onRetry } = props;
  const { onCopy, onCommand, onMenu } = props;
  const { scroller, first, last, onScroll } = useFixedRows<HTMLDivElement>(
    rows.leads.length,
    rowPx,
  );
  const checked = useCheckedTags((state) => state.checkedTags);
  const setTagsChecked = useCheckedTags((state) => state.setTagsChecked);
  useAskForVisible(props, first, last);
  const check = useMemo(() => headerCheck(rows, checked), [rows, checked]);
  const grid = useGrid({
    rows,
    filterText: rows.filter.text,
    pageRows: () => Math.floor(((scroller.current?.clientHeight ?? 0) - headPx) / rowPx),
    onMove: () => showRow.wantFocus(),
    onCopy,
    onCommand,
    onMenu,
    onEnter: (lead) => {
      if (book.failures.has(lead)) onRetry([lead]);
    },
  });
  const showRow = useShowRow(scroller, rows, grid.tabbableIndex);
  const onClick = (event: MouseEvent): void => {
    const retry =
      event.target instanceof Element
        ? event.target.closest<HTMLElement>('[data-retry]')?.dataset['retry']
        : undefined;
    if (retry === undefined) grid.onClick(event);
    else onRetry([retry]);
  };
  /** A table whose rows take the focus is a grid (ARIA in HTML lists the role for `table`). */
  const { onKeyDown, onContextMenu } = grid;
  const { onFocus, onBlur } = showRow;
  const interactive = {
    role: 'grid',
    onKeyDown,
    onClick,
    onContextMenu,
    onFocus,
    onBlur,
  } as const;
  return (
    <div ref={scroller} className={classes['scroller']} onScroll={onScroll}>
      <table
        {...interactive}
        className={classes['grid']}
        style={templateOf(columns)}
        aria-label={label}
        aria-rowcount={rows.leads.length + 1}
        aria-colcount={columns.length}
        aria-multiselectable
        aria-busy={isBusy}
      >
        <TagGridHead
          columns={columns}
          check={check}
          matchCount={rows.matchCount}
          alsoNote={alsoNote}
          onCheckAll={(isChecked) =>
            setTagsChecked(
              rows.leads.flatMap((lead) => rows.tagsOf(lead)),
              isChecked,
            )
          }
        />
        <TagGridBody
          rows={rows}
          book={book}
          columns={columns}
          {...narrow({ first, last }, undrawnRows, rows.leads.length)}
          tabbableIndex={grid.tabbableIndex}
        />
      </table>
    </div>
  );
};
