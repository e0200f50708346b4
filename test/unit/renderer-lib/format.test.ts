import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAbsolute, formatRelative, toRecordedTime } from '#lib/dates';
import { clipText, formatBytes, formatCounted, formatExactBytes } from '#lib/format';

const sizes: readonly [number, string][] = [
  [0, '0 B'],
  [1, '1 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [9_940, '9.9 kB'],
  [9_960, '10 kB'],
  [14_200, '14 kB'],
  [999_499, '999 kB'],
  [999_500, '1.0 MB'],
  [84_212_345, '84.2 MB'],
  [99_949_999, '99.9 MB'],
  [99_950_000, '100 MB'],
  [131_400_000, '131 MB'],
  [999_960_000, '1.0 GB'],
  [6_100_000_000, '6.1 GB'],
  [2e12, '2.0 TB'],
  [9.1e18, '9,100 PB'],
];

describe('formatBytes', () => {
  it.each(sizes)('%d is %s', (sizeBytes, text) => {
    expect(formatBytes(sizeBytes)).toBe(text);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('%d is no size', (sizeBytes) => {
    expect(formatBytes(sizeBytes)).toBe('–');
  });

  it('never shows more than four digits below a petabyte, nor a value off by over 5 %', () => {
    const factors = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, PB: 1e15 };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 49 }), (sizeBytes) => {
        const match = /^(\d{1,3}(?:\.\d)?) (B|kB|MB|GB|TB|PB)$/u.exec(formatBytes(sizeBytes));
        expect(match).not.toBeNull();
        const unit = match?.[2] as keyof typeof factors;
        const shown = Number(match?.[1]) * factors[unit];
        expect(Math.abs(shown - sizeBytes) / sizeBytes).toBeLessThanOrEqual(0.051);
      }),
    );
  });

  it('gives every byte in the exact form', () => {
    expect(formatExactBytes(84_212_345)).toBe('84,212,345 bytes');
    expect(formatExactBytes(1)).toBe('1 byte');
  });
});

describe('formatCounted', () => {
  it('counts in the singular and the plural', () => {
    expect(formatCounted(1, 'tag')).toBe('1 tag');
    expect(formatCounted(10_000, 'tag')).toBe('10,000 tags');
    expect(formatCounted(2, 'history', 'histories')).toBe('2 histories');
  });
});

describe('clipText', () => {
  it('leaves a text that fits and marks the cut otherwise', () => {
    expect(clipText('abc', 3)).toBe('abc');
    expect(clipText('abcd', 3)).toBe('ab…');
  });
});

const now = Date.UTC(2026, 7, 14, 12);
const ago = (ms: number): string => formatRelative(now - ms, now);
const hour = 3_600_000;

describe('formatRelative', () => {
  const table: readonly [number, string][] = [
    [0, 'just now'],
    [59_000, 'just now'],
    [60_000, '1 minute ago'],
    [59 * 60_000, '59 minutes ago'],
    [hour, '1 hour ago'],
    [23 * hour, '23 hours ago'],
    [24 * hour, '1 day ago'],
    [13 * 24 * hour, '13 days ago'],
    [14 * 24 * hour, '2 weeks ago'],
    [60 * 24 * hour, '8 weeks ago'],
    [61 * 24 * hour, '2 months ago'],
    [364 * 24 * hour, '11 months ago'],
    [365 * 24 * hour, '1 year ago'],
    [800 * 24 * hour, '2 years ago'],
  ];
  it.each(table)('%d ms ago is "%s"', (ms, text) => {
    expect(ago(ms)).toBe(text);
  });

  it('takes a clock that runs a little ahead for now', () => {
    expect(ago(-60_000)).toBe('just now');
  });

  it('gives the claimed day of a date in the future', () => {
    expect(formatRelative(Date.UTC(2031, 3, 1, 12), now)).toBe('1 Apr 2031');
  });

  it('never counts a unit past the next bigger one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20 * 365 * 24 * hour }), (ms) => {
        expect(ago(ms)).toMatch(
          /^(just now|([1-9]|[1-5]\d) minutes? ago|(\d|1\d|2[0-3]) hours? ago|([1-9]|1[0-3]) days? ago|[2-8] weeks ago|([2-9]|1[01]) months ago|\d+ years? ago)$/u,
        );
      }),
    );
  });
});

describe('toRecordedTime', () => {
  it.each([
    '1970-01-01T00:00:00Z',
    '1980-01-01T00:00:01Z',
    '0001-01-01T00:00:00Z',
    'not a date',
    '',
  ])('trap 39: "%s" is not recorded', (at) => {
    expect(toRecordedTime(at)).toBeUndefined();
  });

  it('trap 39: an absent date is not recorded', () => {
    expect(toRecordedTime(undefined)).toBeUndefined();
  });

  it('reads a real date, with its offset', () => {
    expect(toRecordedTime('2026-08-14T12:00:00+02:00')).toBe(Date.UTC(2026, 7, 14, 10));
  });
});

describe('formatAbsolute', () => {
  it('names day, month, year, seconds and the time zone', () => {
    expect(formatAbsolute(now)).toMatch(/^1[345] Aug 2026, \d\d:00:00 \S+$/u);
  });
});
