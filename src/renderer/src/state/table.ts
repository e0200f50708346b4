import { create } from 'zustand';
import type { WindowState } from '#contract/settings';

export type Table = Pick<WindowState, 'sort' | 'hiddenColumns' | 'groupByImage'>;
export type SortColumn = WindowState['sort']['column'];

type TableActions = {
  /** Sorts by the column; a second call on the same column turns the order round. */
  readonly sortBy: (column: SortColumn) => void;
  readonly setColumnHidden: (column: string, isHidden: boolean) => void;
  readonly setGroupByImage: (groupByImage: boolean) => void;
};

export const initialTable: Table = {
  sort: { column: 'tag', descending: true },
  hiddenColumns: [],
  groupByImage: false,
};

/** How the tag table is shown, in every repository alike. */
export const useTable = create<Table & TableActions>()((set) => ({
  ...initialTable,
  sortBy: (column) =>
    set(({ sort }) => ({
      sort: { column, descending: sort.column === column ? !sort.descending : true },
    })),
  setColumnHidden: (column, isHidden) =>
    set(({ hiddenColumns }) => {
      const others = hiddenColumns.filter((name) => name !== column);
      return { hiddenColumns: isHidden ? [...others, column] : others };
    }),
  setGroupByImage: (groupByImage) => set({ groupByImage }),
}));
