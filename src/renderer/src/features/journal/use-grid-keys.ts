import { type KeyboardEvent, type RefObject, useLayoutEffect, useRef, useState } from 'react';
import type { JournalRow } from './days';

const pageRows = 8;

/** Where a key leads, among the rows that are changes. */
const steps: Readonly<Record<string, (at: number, count: number) => number>> = {
  ArrowDown: (at, count) => Math.min(at + 1, count - 1),
  ArrowUp: (at) => Math.max(at - 1, 0),
  PageDown: (at, count) => Math.min(at + pageRows, count - 1),
  PageUp: (at) => Math.max(at - pageRows, 0),
  Home: () => 0,
  End: (_at, count) => count - 1,
};

export type GridKeys = {
  /** Place among all rows of the one row that is a tab stop. */
  readonly tabbable: number;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  /** A row, or something in it, has got the focus. */
  readonly onFocus: (changeId: string) => void;
};

/** Up and down move the focus along the changes, past the names of the days; the row itself takes it. */
export const useGridKeys = (
  rows: readonly JournalRow[],
  scroller: RefObject<HTMLElement | null>,
  show: (at: number) => void,
): GridKeys => {
  const [current, setCurrent] = useState<string | null>(null);
  const isFocusWanted = useRef(false);
  const places = rows.flatMap(({ kind }, at) => (kind === 'change' ? [at] : []));
  const found = rows.findIndex(({ kind, key }) => kind === 'change' && key === current);
  const tabbable = found >= 0 ? found : (places[0] ?? -1);
  useLayoutEffect(() => {
    if (!isFocusWanted.current) return;
    isFocusWanted.current = false;
    const row = scroller.current?.querySelector<HTMLElement>('[data-change][tabindex="0"]');
    row?.focus({ preventScroll: true });
  });
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = Object.hasOwn(steps, event.key) ? steps[event.key] : undefined;
    const at = places.indexOf(tabbable);
    if (step === undefined || at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const next = places[step(at, places.length)];
    const row = next === undefined ? undefined : rows[next];
    if (next === undefined || row === undefined) return;
    isFocusWanted.current = true;
    setCurrent(row.key);
    show(next);
  };
  return { tabbable, onKeyDown, onFocus: setCurrent };
};
