/** Gives the elements of rows that left to rows that come. */
export type RowSlots = {
  /** The slot of each row, in the order given: a key under which its element is kept. No row stands twice in `rows`. */
  readonly place: (rows: readonly string[]) => readonly number[];
};

/**
 * A row keeps its slot while it is drawn, so that it keeps the focus. A row that comes takes the slot of one that left,
 * and with it its element, whose text is then changed: far less work than taking one element away and making another.
 * After a jump all slots pass on in their order, so that no element has to move.
 */
export const createRowSlots = (): RowSlots => {
  let slots = new Map<string, number>();
  let count = 0;
  return {
    place: (rows) => {
      const drawn = new Set(rows);
      const free = [...slots].filter(([row]) => !drawn.has(row)).map(([, slot]) => slot);
      let nextFree = 0;
      const take = (): number => {
        const slot = free[nextFree];
        nextFree += 1;
        if (slot !== undefined) return slot;
        count += 1;
        return count;
      };
      const placed = rows.map((row) => [row, slots.get(row) ?? take()] as const);
      slots = new Map(placed);
      return placed.map(([, slot]) => slot);
    },
  };
};
