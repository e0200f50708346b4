import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatLinks, nextTarget, parseLinks } from '#core/registry/link';

describe('nextTarget (trap 20)', () => {
  it.each([
    ['</v2/_catalog?last=b&n=100>; rel="next"', '/v2/_catalog?last=b&n=100'],
    ['<https://reg.example/x>;rel=next', 'https://reg.example/x'],
    ['<a>; rel="prev", <b>; title="x, y; z"; rel="last NEXT"', 'b'],
    ['<a,b;c>; rel=next', 'a,b;c'],
    ['<a>; REL="next"; rel="prev"', 'a'],
    ['<a>; title="say \\"rel=next\\""; rel=prev', undefined],
    ['<a>', undefined],
    ['no link', undefined],
    ['', undefined],
  ])('of %s is %s', (value, expected) => {
    expect(nextTarget([value])).toBe(expected);
  });

  it('looks into every header', () => {
    expect(nextTarget(['<a>; rel=prev', '<b>; rel=next'])).toBe('b');
    expect(nextTarget([])).toBeUndefined();
  });
});

describe('parseLinks', () => {
  const link = fc.record({
    target: fc.stringMatching(/^[A-Za-z0-9/?=&;,.:%_-]{1,30}$/),
    rel: fc.array(fc.constantFrom('next', 'prev', 'first', 'last'), { minLength: 1, maxLength: 3 }),
  });

  it('gives back what formatLinks wrote', () => {
    fc.assert(
      fc.property(fc.array(link, { maxLength: 5 }), (links) => {
        expect(parseLinks([formatLinks(links)])).toEqual(links);
      }),
    );
  });

  it('neither throws nor hangs on any text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (text) => {
        expect(Array.isArray(parseLinks([text]))).toBe(true);
      }),
    );
    expect(parseLinks([`<a>${'; x='.repeat(5_000)}`]).length).toBe(1);
    expect(parseLinks(['<a>' + ' '.repeat(100_000)]).length).toBe(1);
  });
});
