import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs, createRetryBudget, isRetryableStatus } from '#core/registry/transport/retry';
import { parseRetryAfter } from '#core/registry/transport/retry-after';

describe('parseRetryAfter', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  it.each([
    [{ 'retry-after': '7' }, 7_000],
    [{ 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT' }, 30_000],
    [{ 'retry-after': 'Thu, 01 Jan 2020 00:00:00 GMT' }, 0],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': '-5' }, undefined],
    [{ 'retry-after': '99999999999' }, undefined],
    [{ 'x-retry-after': String(now / 1000 + 12) }, 12_000],
    [{ 'x-retry-after': String(now / 1000 - 12) }, 0],
    [{ 'x-retry-after': '12' }, undefined],
    [{ 'retry-after': '3', 'x-retry-after': String(now / 1000 + 12) }, 3_000],
    [{}, undefined],
  ])('of %j is %s', (headers, expected) => {
    expect(parseRetryAfter(headers, now)).toBe(expected);
  });
});

describe('retry', () => {
  it('keeps the backoff inside its growing window', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 20 }),
        fc.integer({ min: 1, max: 500 }),
        (attempt, base) => {
          const delay = backoffMs(attempt, base);
          expect(delay).toBeGreaterThanOrEqual(0);
          expect(delay).toBeLessThanOrEqual(Math.min(10_000, base * 2 ** attempt) + 1);
        },
      ),
    );
  });

  it('stops when the budget is spent and goes on after successes', () => {
    const budget = createRetryBudget(2);
    expect([budget.take(), budget.take(), budget.take()]).toEqual([true, true, false]);
    for (let success = 0; success < 6; success += 1) budget.reward();
    expect([budget.take(), budget.take()]).toEqual([true, false]);
  });

  it('knows which answers may change', () => {
    expect([408, 429, 500, 502, 503, 504].every(isRetryableStatus)).toBe(true);
    expect([200, 301, 400, 401, 403, 404, 405, 416, 501, 505].some(isRetryableStatus)).toBe(false);
  });
});
