import { type RefObject, useMemo } from 'react';
import { useTable } from '#state/table';
import { type ColumnLayout, layoutColumns } from './columns';
import { useInnerWidth } from './use-width';

/** Width of the window's scroll bars; the table keeps their room free, so that columns stand still when one appears. */
const scrollBarPx = 10;
/** Before the first measurement. */
const assumedPx = 900;

/** The columns that stand in the area, by its width and the user's choice. */
export const useColumns = (area: RefObject<HTMLElement | null>): ColumnLayout => {
  const measuredPx = useInnerWidth(area);
  const hidden = useTable((state) => state.hiddenColumns);
  const widthPx = (measuredPx === 0 ? assumedPx : measuredPx) - scrollBarPx;
  return useMemo(() => layoutColumns(widthPx, hidden), [widthPx, hidden]);
};
