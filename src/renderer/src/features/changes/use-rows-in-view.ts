import { type RefObject, useCallback, useEffect, useState } from 'react';

const overscanRows = 8;
/** Taken for an element that has no height yet. */
const unmeasuredPx = 900;

export type RowRange = { readonly first: number; readonly last: number };

/**
 * Which rows of a list are in view, where the list is a part of what its scroller holds: other things stand above it and
 * scroll with it.
 */
export const useRowsInView = (
  scroller: RefObject<HTMLElement | null>,
  list: RefObject<HTMLElement | null>,
  count: number,
  rowPx: number,
): RowRange => {
  const [range, setRange] = useState<RowRange>({ first: 0, last: Math.ceil(unmeasuredPx / rowPx) });
  const measure = useCallback(() => {
    if (scroller.current === null || list.current === null) return;
    const above =
      scroller.current.getBoundingClientRect().top - list.current.getBoundingClientRect().top;
    const height = scroller.current.clientHeight || unmeasuredPx;
    const first = Math.max(0, Math.floor(above / rowPx) - overscanRows);
    const last = Math.max(0, Math.ceil((above + height) / rowPx)) + overscanRows;
    setRange((now) => (now.first === first && now.last === last ? now : { first, last }));
  }, [scroller, list, rowPx]);
  useEffect(() => {
    const element = scroller.current;
    if (element === null || list.current === null) return undefined;
    // Tells once at the beginning, and again when either grows or shrinks: more rows make the list higher.
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    observer.observe(list.current);
    element.addEventListener('scroll', measure, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', measure);
    };
  }, [scroller, list, measure]);
  return { first: Math.min(range.first, count), last: Math.min(range.last, count) };
};
