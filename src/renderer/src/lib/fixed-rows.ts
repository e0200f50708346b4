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
/** After a jump, until the scroll rests: rows that may never be seen would hold up those that are. */
const jumpOverscanRows = 6;
const restMs = 100;
/** Rendered before the element was measured: enough for a usual window. */
const unmeasuredPx = 700;

type Range = { readonly first: number; readonly last: number };

const rangeOf = (
  scrollTop: number,
  height: number,
  rowPx: number,
  overscan = overscanRows,
): Range => ({
  // In steps, so that most scroll events change nothing and render nothing.
  first: Math.max(0, Math.floor(scrollTop / rowPx / 4) * 4 - overscan),
  last: Math.ceil((scrollTop + height) / rowPx / 4) * 4 + overscan,
});

const isSame = (a: Range, b: Range): boolean => a.first === b.first && a.last === b.last;

/** None of the rows that were drawn is in view any more. */
const isJump = (now: Range, next: Range): boolean =>
  next.first >= now.last || next.last <= now.first;

/** Which rows of equal height are in view: all that a list of one row height needs of a virtualiser. */
export const useFixedRows = <E extends HTMLElement>(count: number, rowPx: number): FixedRows<E> => {
  const scroller = useRef<E>(null);
  const [range, setRange] = useState(() => rangeOf(0, unmeasuredPx, rowPx));
  const rest = useRef<ReturnType<typeof setTimeout>>(undefined);
  const measure = useCallback(() => {
    const element = scroller.current;
    if (element === null) return;
    const of = (overscan?: number): Range =>
      rangeOf(element.scrollTop, element.clientHeight || unmeasuredPx, rowPx, overscan);
    const next = of();
    setRange((now) => {
      if (isSame(now, next)) return now;
      return isJump(now, next) ? of(jumpOverscanRows) : next;
    });
    clearTimeout(rest.current);
    rest.current = setTimeout(() => setRange((now) => (isSame(now, of()) ? now : of())), restMs);
  }, [rowPx]);
  useEffect(() => () => clearTimeout(rest.current), []);
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
