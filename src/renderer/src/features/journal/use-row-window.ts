import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { type RowWindow, offsetsOf, windowOf } from './row-window';

/** Drawn before the element was measured. */
const unmeasuredPx = 800;

export type RowWindowControl = {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly offsets: readonly number[];
  readonly window: RowWindow;
  readonly onScroll: () => void;
};

/** Which rows of a list with unequal, known heights are in view. */
export const useRowWindow = (heights: readonly number[]): RowWindowControl => {
  const scroller = useRef<HTMLDivElement>(null);
  const offsets = useMemo(() => offsetsOf(heights), [heights]);
  const [view, setView] = useState({ top: 0, height: unmeasuredPx });
  const measure = useCallback(() => {
    const element = scroller.current;
    if (element === null) return;
    const next = { top: element.scrollTop, height: element.clientHeight || unmeasuredPx };
    setView((now) => (now.top === next.top && now.height === next.height ? now : next));
  }, []);
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [measure]);
  return { scroller, offsets, window: windowOf(offsets, view.top, view.height), onScroll: measure };
};
