import { describe, expect, it } from 'vitest';
import { formatRange, readExtent } from '#core/registry/blob-range';
import { parsePullBudget } from '#core/registry/pull-budget';

const url = new URL('https://reg.example/v2/app/blobs/x');
const answer = (status: number, headers: Record<string, string>) => ({ status, headers, url });

describe('readExtent', () => {
  it('reads the size of a whole blob', () => {
    expect(readExtent(answer(200, { 'content-length': '10' }), undefined)).toEqual({
      sizeBytes: 10,
      totalBytes: 10,
    });
    expect(readExtent(answer(200, {}), undefined)).toEqual({});
  });

  it('reads the place of a part', () => {
    const range = { start: 5, end: 9 };
    expect(formatRange(range)).toBe('bytes=5-9');
    expect(formatRange({ start: 5 })).toBe('bytes=5-');
    expect(readExtent(answer(206, { 'content-range': 'bytes 5-9/100' }), range)).toEqual({
      sizeBytes: 5,
      totalBytes: 100,
    });
    expect(readExtent(answer(206, { 'content-range': 'bytes 5-7/*' }), range)).toEqual({
      sizeBytes: 3,
    });
  });

  it.each([
    ['another start', { 'content-range': 'bytes 4-9/100' }],
    ['more than asked', { 'content-range': 'bytes 5-10/100' }],
    ['a backward range', { 'content-range': 'bytes 5-4/100' }],
    ['no place', {}],
    ['a length that does not fit', { 'content-range': 'bytes 5-9/100', 'content-length': '6' }],
    ['nonsense', { 'content-range': 'bytes */100' }],
  ])('refuses %s', (_title, headers: Record<string, string>) => {
    expect(() => readExtent(answer(206, headers), { start: 5, end: 9 })).toThrow(
      expect.objectContaining({ code: 'response-malformed' }),
    );
  });

  it('tells a registry that ignores ranges from one that sends parts unasked', () => {
    expect(() => readExtent(answer(200, {}), { start: 5 })).toThrow(
      expect.objectContaining({ code: 'unsupported' }),
    );
    expect(() => readExtent(answer(206, {}), undefined)).toThrow(
      expect.objectContaining({ code: 'response-malformed' }),
    );
  });
});

describe('parsePullBudget (trap 24)', () => {
  it('reads the headers of Docker Hub', () => {
    const headers = {
      'ratelimit-limit': '100;w=21600',
      'ratelimit-remaining': '87;w=21600',
      'docker-ratelimit-source': '192.0.2.1',
    };
    expect(parsePullBudget(headers)).toEqual({
      limit: 100,
      remaining: 87,
      windowSeconds: 21_600,
      source: '192.0.2.1',
    });
  });

  it('reads nothing else', () => {
    expect(parsePullBudget({})).toBeUndefined();
    expect(parsePullBudget({ 'ratelimit-limit': '100' })).toBeUndefined();
    expect(parsePullBudget({ 'ratelimit-limit': 'x', 'ratelimit-remaining': '1' })).toBeUndefined();
  });
});
