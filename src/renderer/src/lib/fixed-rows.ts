import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';

export type FixedRows<E extends HTMLElement> = {
  readonly scroller: RefObject<E | null>;
  /** First row to render, and the one after the last. */
  readonly first: number;
  readonly last: number;
  readonly onScroll: () => void;
  /** Scrolls as little as needed to show the row. */
  readonly scrollTo: (at: number) => void;
};

const overscanRows = 12;
/** Rendered before the element was measured: enough for a usual window. */
const unmeasuredPx = 700;

type Range = { readonly first: number; readonly last: number };

const rangeOf = (scrollTop: number, height: number, rowPx: number): Range => ({
  // In steps, so that most scroll events change nothing and render nothing.
  first: Math.max(0, Math.floor(scrollTop / rowPx / 4) * 4 - overscanRows),
  last: Math.ceil((scrollTop + height) / rowPx / 4) * 4 + overscanRows,
});

/** Which rows of equal height are in view: all that a list of one row height needs of a virtualiser. */
export const useFixedRows = <E extends HTMLElement>(count: number, rowPx: number): FixedRows<E> => {
  const scroller = useRef<E>(null);
  const [range, setRange] = useState(() => rangeOf(0, unmeasuredPx, rowPx));
  const measure = useCallback(() => {
    const element = scroller.current;
    if (element === null) return;
    const next = rangeOf(element.scrollTop, element.clientHeight || unmeasuredPx, rowPx);
    setRange((now) => (now.first === next.first && now.last === next.last ? now : next));
  }, [rowPx]);
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [measure]);
  useEffect(measure, [measure, count]);
  const scrollTo = useCallback(
    (at: number) => {
      const element = scroller.current;
      if (element === null || at < 0) return;
      const top = at * rowPx;
      const bottom = top + rowPx - element.clientHeight;
      if (element.scrollTop > top) element.scrollTo({ top });
      else if (element.scrollTop < bottom) element.scrollTo({ top: bottom });
    },
    [rowPx],
  );
  return {
    scroller,
    first: Math.min(range.first, count),
    last: Math.min(range.last, count),
    onScroll: measure,
    scrollTo,
  };
};
