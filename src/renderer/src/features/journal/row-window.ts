/** Where each row of a list of unequal heights begins, and after the last one its whole height. */
export const offsetsOf = (heights: readonly number[]): readonly number[] => {
  const offsets = [0];
  for (const height of heights) offsets.push((offsets.at(-1) ?? 0) + height);
  return offsets;
};

/** The last row that begins at or above `y`. */
const rowAt = (offsets: readonly number[], y: number): number => {
  let low = 0;
  let high = Math.max(0, offsets.length - 2);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((offsets[middle] ?? 0) <= y) low = middle;
    else high = middle - 1;
  }
  return low;
};

export type RowWindow = { readonly first: number; readonly last: number };

const overscanRows = 6;

/** The rows between two heights and some around them: the first one, and the one after the last. */
export const windowOf = (
  offsets: readonly number[],
  scrollTop: number,
  height: number,
): RowWindow => {
  const count = offsets.length - 1;
  return {
    first: Math.max(0, rowAt(offsets, scrollTop) - overscanRows),
    last: Math.min(count, rowAt(offsets, scrollTop + height) + 1 + overscanRows),
  };
};

/** The rows to draw: those in the window, and the one that has the focus, wherever it is. */
export const drawnRows = ({ first, last }: RowWindow, kept: number): readonly number[] => {
  const rows = Array.from({ length: Math.max(0, last - first) }, (_, at) => first + at);
  if (kept < 0 || (kept >= first && kept < last)) return rows;
  return kept < first ? [kept, ...rows] : [...rows, kept];
};
