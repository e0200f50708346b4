import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allColumns, layoutColumns } from '../../../src/renderer/src/features/tags/columns';

const ids = (widthPx: number, hidden: readonly string[] = ['digest']): readonly string[] =>
  layoutColumns(widthPx, hidden).columns.map(({ id }) => id);

describe('layoutColumns', () => {
  it('shows every wanted column in a wide table', () => {
    expect(ids(1200)).toEqual(['check', 'tag', 'also', 'platforms', 'size', 'created', 'signed']);
    expect(ids(1200, [])).toContain('digest');
  });

  it('keeps tag, size and date beside a sidebar and an inspector at 1024 px', () => {
    expect(ids(382)).toEqual(['check', 'tag', 'size', 'created']);
  });

  it('lets columns go in the order of their need', () => {
    const gone: string[] = [];
    for (let widthPx = 1200; widthPx > 0; widthPx -= 4) {
      const { dropped } = layoutColumns(widthPx, []);
      gone.push(...dropped.filter((id) => !gone.includes(id)));
    }
    expect(gone).toEqual(['digest', 'signed', 'also', 'platforms', 'created', 'size']);
  });

  it('never hides the tag, whatever is asked', () => {
    expect(ids(900, ['tag', 'check', 'size'])).toEqual(expect.arrayContaining(['check', 'tag']));
    expect(ids(900, ['size'])).not.toContain('size');
  });

  it('cuts nothing off: columns fit the width, none below its minimum, none above its maximum', () => {
    const width = fc.integer({ min: 190, max: 4000 });
    const hidden = fc.subarray(allColumns.map(({ id }) => id as string));
    fc.assert(
      fc.property(width, hidden, (widthPx, hiddenColumns) => {
        const { columns } = layoutColumns(widthPx, hiddenColumns);
        const used = columns.reduce((sum, column) => sum + column.widthPx, 0);
        expect(used).toBeLessThanOrEqual(widthPx);
        for (const column of columns) {
          expect(column.widthPx).toBeGreaterThanOrEqual(column.minPx);
          expect(column.widthPx).toBeLessThanOrEqual(column.maxPx);
        }
      }),
    );
  });
});
