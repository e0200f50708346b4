import { type RefObject, useLayoutEffect, useState } from 'react';

/** Inner width of an element, scroll bar excluded, kept up to date. 0 until it is measured. */
export const useInnerWidth = (ref: RefObject<HTMLElement | null>): number => {
  const [widthPx, setWidthPx] = useState(0);
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return undefined;
    const measure = (): void => setWidthPx(element.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return widthPx;
};
