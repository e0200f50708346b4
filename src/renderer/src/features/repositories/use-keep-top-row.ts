import { type RefObject, useLayoutEffect, useRef } from 'react';
import type { TreeRow } from './tree';

/**
 * Keeps the topmost row where it is when rows arrive above it: a catalog that streams in does not move what is being
 * read. At the very top nothing is held, so that the first rows stay in view.
 */
export const useKeepTopRow = (
  scroller: RefObject<HTMLElement | null>,
  rows: readonly TreeRow[],
  rowPx: number,
): void => {
  const before = useRef(rows);
  useLayoutEffect(() => {
    const element = scroller.current;
    const previous = before.current;
    before.current = rows;
    if (element === null || previous === rows || element.scrollTop < rowPx) return;
    const top = Math.floor(element.scrollTop / rowPx);
    const key = previous[top]?.key;
    const now = rows.findIndex((row) => row.key === key);
    if (key !== undefined && now >= 0 && now !== top) {
      element.scrollTo({ top: element.scrollTop + (now - top) * rowPx });
    }
  }, [scroller, rows, rowPx]);
};
