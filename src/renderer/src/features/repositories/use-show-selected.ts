import { useEffect, useRef } from 'react';
import type { TreeRow } from './tree';

/** Scrolls to a repository once after it was selected, as soon as its row is there; rows that arrive later move nothing. */
export const useShowSelected = (
  rows: readonly TreeRow[],
  selectedKey: string,
  scrollTo: (at: number) => void,
): void => {
  const shown = useRef('');
  useEffect(() => {
    if (shown.current === selectedKey) return;
    const at = rows.findIndex(({ key }) => key === selectedKey);
    if (at < 0) return;
    shown.current = selectedKey;
    scrollTo(at);
  }, [rows, selectedKey, scrollTo]);
};
