import { describe, expect, it } from 'vitest';
import type { ChangeStep } from '#contract/change';
import { changeRow, manyChanges, withoutRegistry } from '#test/fake-journal';
import { fakeReport } from '#test/fake-changes';
import { fakeRegistries, hostileText } from '#test/fake-rows';
import {
  exceptionWords,
  exceptionsOf,
  outcomeWords,
  refusalOf,
  reportTitle,
  titleOf,
} from '../../../src/renderer/src/features/journal/change-words';
import { dayLabel, groupByDay, timeLabel } from '../../../src/renderer/src/features/journal/days';
import {
  drawnRows,
  offsetsOf,
  windowOf,
} from '../../../src/renderer/src/features/journal/row-window';

describe('the outcome of a change in words', () => {
  it.each([
    ['done', 'done'],
    ['done-with-exceptions', 'done with exceptions'],
    ['undone', 'undone'],
    ['running', 'running, 3 of 7 steps'],
    ['interrupted', 'interrupted after 3 of 7 steps'],
    ['stopped', 'stopped after 3 of 7 steps'],
    ['cancelled', 'cancelled after 3 of 7 steps'],
  ] as const)('%s', (outcome, words) => {
    expect(outcomeWords(changeRow({ outcome, completed: 3, total: 7 }))).toBe(words);
  });

  it('counts one step as one', () => {
    const change = changeRow({ outcome: 'stopped', completed: 0, total: 1 });
    expect(outcomeWords(change)).toBe('stopped after 0 of 1 step');
  });

  it('names one that takes another back, and shows hostile text as text', () => {
    expect(titleOf(changeRow({ isUndo: true, text: 'Add 1 tag' }))).toBe('Undo: Add 1 tag');
    expect(titleOf(changeRow({ text: hostileText }))).not.toContain('\u202e');
  });
});

describe('why nothing can be done with a change', () => {
  const change = changeRow();
  const [harbor] = fakeRegistries;

  it('nothing stands in the way', () => {
    expect(refusalOf(change, fakeRegistries, [change])).toBeUndefined();
  });

  it('the registry left the list, with its id or without', () => {
    expect(refusalOf(change, [], [])).toBe('The registry is no longer in the list.');
    expect(refusalOf(withoutRegistry(change), fakeRegistries, [])).toMatch(
      /no longer in the list/u,
    );
  });

  it('the place is marked read-only', () => {
    if (harbor === undefined) throw new Error('There is no registry.');
    expect(refusalOf(change, [{ ...harbor, readOnly: true }], [])).toMatch(/read-only/u);
    const marked = { ...harbor, readOnlyRepositories: ['shop/api'] };
    expect(refusalOf(change, [marked], [])).toMatch(/read-only/u);
    expect(refusalOf(changeRow({ repository: 'shop/web' }), [marked], [])).toBeUndefined();
  });

  it('another change of the same repository runs', () => {
    const running = changeRow({ changeId: 'other', outcome: 'running' });
    expect(refusalOf(change, fakeRegistries, [running])).toMatch(/is running/u);
    const elsewhere = { ...running, repository: 'shop/web' };
    expect(refusalOf(change, fakeRegistries, [elsewhere])).toBeUndefined();
  });
});

describe('a report in words', () => {
  const steps: readonly ChangeStep[] = [
    { text: 'Remove the tag a', state: 'done' },
    { text: 'Remove the tag b', state: 'already' },
    { text: 'Remove the tag c', state: 'skipped', note: 'The tag was moved meanwhile.' },
    { text: 'Remove the tag d', state: 'failed', message: hostileText },
    { text: 'Remove the tag e', state: 'done', note: 'It is still listed.' },
  ];

  it('lists what did not simply go through, with reasons', () => {
    const found = exceptionsOf({ ...fakeReport, steps }).map(exceptionWords);
    expect(found).toHaveLength(3);
    expect(found[0]).toBe('Remove the tag c: skipped. The tag was moved meanwhile.');
    expect(found[1]).toContain('The registry says: ');
    expect(found[1]).not.toContain('\u202e');
  });

  it('has a title of outcome and deed', () => {
    expect(reportTitle(fakeReport)).toBe('Done: Untag 1 tag');
    expect(reportTitle({ ...fakeReport, outcome: 'stopped', text: '' })).toBe('Stopped');
  });
});

describe('days', () => {
  const now = new Date(2026, 7, 20, 9, 30).getTime();

  it.each([
    [new Date(2026, 7, 20, 0, 0), 'Today'],
    [new Date(2026, 7, 19, 23, 59), 'Yesterday'],
    [new Date(2026, 7, 18, 12, 0), 'Tuesday 18 August'],
    [new Date(2025, 7, 18, 12, 0), 'Monday 18 August 2025'],
  ])('%s is %s', (date, label) => {
    expect(dayLabel(date.getTime(), now)).toBe(label);
  });

  it('a date that is none has a name of its own and no time', () => {
    expect(dayLabel(Number.NaN, now)).toBe('At an unknown time');
    expect(timeLabel(Number.NaN)).toBe('');
    expect(timeLabel(new Date(2026, 7, 20, 14, 5).getTime())).toBe('14:05');
  });

  it('come before their changes, each once', () => {
    const rows = groupByDay(manyChanges(30, now), now);
    expect(rows.filter(({ kind }) => kind === 'change')).toHaveLength(30);
    const days = rows.flatMap((row) => (row.kind === 'day' ? [row.label] : []));
    expect(days).toEqual(['Today', 'Yesterday']);
    expect(rows[0]?.kind).toBe('day');
    expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
  });
});

describe('the rows in view', () => {
  const heights = Array.from({ length: 1000 }, (_, at) => (at % 10 === 0 ? 32 : 56));
  const offsets = offsetsOf(heights);

  it('cover the view, whatever the heights', () => {
    for (const top of [0, 1, 31, 32, 5000, 26_000, (offsets.at(-1) ?? 0) - 600]) {
      const { first, last } = windowOf(offsets, top, 600);
      expect(offsets[first]).toBeLessThanOrEqual(top);
      expect(offsets[last]).toBeGreaterThanOrEqual(Math.min(top + 600, offsets.at(-1) ?? 0));
      expect(last - first).toBeLessThan(40);
    }
  });

  it('are none of an empty list', () => {
    expect(windowOf(offsetsOf([]), 0, 600)).toEqual({ first: 0, last: 0 });
  });

  it('hold the one with the focus, wherever it is', () => {
    expect(drawnRows({ first: 10, last: 13 }, 2)).toEqual([2, 10, 11, 12]);
    expect(drawnRows({ first: 10, last: 13 }, 11)).toEqual([10, 11, 12]);
    expect(drawnRows({ first: 10, last: 13 }, 40)).toEqual([10, 11, 12, 40]);
    expect(drawnRows({ first: 0, last: 0 }, -1)).toEqual([]);
  });
});
