import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CheckChange,
  checkRange,
  headerCheck,
  moveIndex,
  type SelectableRows,
  tagsBetween,
  toggleRow,
} from '../../../src/renderer/src/features/tags/selection';

const plain = (...leads: readonly string[]): SelectableRows => ({
  leads,
  tagsOf: (lead) => [lead],
});

/** Rows grouped by image: `a` also stands for `a2`. */
const grouped: SelectableRows = {
  leads: ['a', 'b', 'c'],
  tagsOf: (lead) => (lead === 'a' ? ['a', 'a2'] : [lead]),
};

const apply = (checked: ReadonlySet<string>, changes: readonly CheckChange[]): Set<string> => {
  const next = new Set(checked);
  for (const { tags, isChecked } of changes) {
    for (const tag of tags) {
      if (isChecked) next.add(tag);
      else next.delete(tag);
    }
  }
  return next;
};

describe('moveIndex', () => {
  const table: readonly [string, number, number | undefined][] = [
    ['ArrowDown', 3, 4],
    ['ArrowDown', 99, 99],
    ['ArrowUp', 3, 2],
    ['ArrowUp', 0, 0],
    ['PageDown', 3, 22],
    ['PageDown', 95, 99],
    ['PageUp', 30, 11],
    ['PageUp', 3, 0],
    ['Home', 50, 0],
    ['End', 50, 99],
    ['a', 3, undefined],
    ['toString', 3, undefined],
  ];
  it.each(table)('%s at %d leads to %s', (key, at, expected) => {
    expect(moveIndex(key, at, 100, 20)).toBe(expected);
  });

  it('goes nowhere in an empty table', () => {
    expect(moveIndex('ArrowDown', 0, 0, 20)).toBeUndefined();
  });
});

describe('toggleRow', () => {
  it('ticks a row, and unticks it again', () => {
    const rows = plain('a', 'b');
    expect(toggleRow(rows, 'a', new Set())).toEqual({ tags: ['a'], isChecked: true });
    expect(toggleRow(rows, 'a', new Set(['a']))).toEqual({ tags: ['a'], isChecked: false });
  });

  it('completes a group that is ticked in part before it unticks it', () => {
    expect(toggleRow(grouped, 'a', new Set(['a2']))).toEqual({
      tags: ['a', 'a2'],
      isChecked: true,
    });
    expect(toggleRow(grouped, 'a', new Set(['a', 'a2'])).isChecked).toBe(false);
  });
});

describe('checkRange', () => {
  const rows = plain('a', 'b', 'c', 'd', 'e');
  const range = (anchor: string | null, tag: string | null, to: string) =>
    apply(new Set(anchor === null ? [] : [anchor]), checkRange(rows, { anchor, tag }, to));

  it('ticks from the anchor to the row, in both directions', () => {
    expect([...range('b', 'b', 'd')].toSorted()).toEqual(['b', 'c', 'd']);
    expect([...range('d', 'd', 'b')].toSorted()).toEqual(['b', 'c', 'd']);
  });

  it('starts at the row itself where there is no anchor', () => {
    expect([...range(null, null, 'c')]).toEqual(['c']);
    expect([...range('gone', 'gone', 'c')]).toContain('c');
  });

  it('does nothing for a row that is not there', () => {
    expect(checkRange(rows, { anchor: 'a', tag: 'a' }, 'x')).toEqual([]);
  });

  it('shrinks as it grows: after any walk exactly the last range is ticked', () => {
    const leads = ['a', 'b', 'c', 'd', 'e'] as const;
    const step = fc.constantFrom(...leads);
    fc.assert(
      fc.property(step, fc.array(step, { minLength: 1, maxLength: 8 }), (anchor, walk) => {
        let checked: ReadonlySet<string> = new Set([anchor]);
        let tag: string = anchor;
        for (const to of walk) {
          checked = apply(checked, checkRange(rows, { anchor, tag }, to));
          tag = to;
        }
        const [from, to] = [leads.indexOf(anchor), rows.leads.indexOf(tag)];
        expect([...checked].toSorted()).toEqual([...tagsBetween(rows, from, to)].toSorted());
      }),
    );
  });

  it('leaves ticks outside the range alone', () => {
    const checked = apply(new Set(['e']), checkRange(rows, { anchor: 'a', tag: 'a' }, 'b'));
    expect(checked).toEqual(new Set(['a', 'b', 'e']));
  });

  it('takes all tags of the images in between', () => {
    expect(tagsBetween(grouped, 1, 0)).toEqual(['a', 'a2', 'b']);
  });
});

describe('headerCheck', () => {
  it.each([
    [[], 'none'],
    [['x'], 'none'],
    [['a'], 'some'],
    [['a', 'a2'], 'some'],
    [['a', 'a2', 'b', 'c'], 'all'],
  ] as const)('%s: %s', (checked, expected) => {
    expect(headerCheck(grouped, new Set(checked))).toBe(expected);
  });

  it('is off over an empty table', () => {
    expect(headerCheck(plain(), new Set(['a']))).toBe('none');
  });
});
