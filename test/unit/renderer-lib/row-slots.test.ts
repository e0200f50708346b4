import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRowSlots } from '#lib/row-slots';

const rowsFrom = (first: number, count: number): string[] =>
  Array.from({ length: count }, (_, at) => `${first + at}`);

describe('row slots', () => {
  it('gives no slot to two rows, and lets a row keep its own while it is drawn', () => {
    const range = fc.tuple(fc.nat(200), fc.nat(30));
    fc.assert(
      fc.property(fc.array(range, { maxLength: 12 }), (ranges) => {
        const slots = createRowSlots();
        let before = new Map<string, number>();
        for (const [first, count] of ranges) {
          const rows = rowsFrom(first, count);
          const placed = slots.place(rows);
          expect(new Set(placed).size).toBe(rows.length);
          const kept = rows.flatMap((row, at) => (before.has(row) ? [[row, placed[at]]] : []));
          expect(kept).toEqual(kept.map(([row]) => [row, before.get(String(row))]));
          before = new Map(rows.map((row, at) => [row, placed[at] ?? -1]));
        }
      }),
    );
  });

  it('passes all slots on in their order after a jump, so that nothing is made and nothing moves', () => {
    const slots = createRowSlots();
    const before = slots.place(rowsFrom(0, 30));
    expect(slots.place(rowsFrom(5000, 30))).toEqual(before);
  });
});
