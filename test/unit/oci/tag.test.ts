import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareTagVersions,
  parseTag,
  sortTagsByVersion,
  tagVersionKey,
  tryParseTag,
} from '#oci/tag';

describe('tryParseTag', () => {
  it.each(['latest', '1', '_', '_internal', 'v1.2.3', 'A.b-C_d', 'a'.repeat(128)])(
    'accepts %s',
    (tag) => {
      expect(tryParseTag(tag)).toBe(tag);
    },
  );

  it.each([
    ['nothing', ''],
    ['a leading dot', '.1'],
    ['a leading dash', '-1'],
    ['a plus', '1.0+build'],
    ['a colon', 'sha256:00'],
    ['a slash', 'a/b'],
    ['a space', 'a b'],
    ['a line feed at the end', 'a\n'],
    ['a letter outside ASCII', 'é'],
    ['129 characters', 'a'.repeat(129)],
  ])('refuses %s', (_, tag) => {
    expect(tryParseTag(tag)).toBeUndefined();
    expect(() => parseTag(tag)).toThrow(expect.objectContaining({ code: 'tag-invalid' }));
  });
});

/** Each list ascends: every entry is smaller than every later one. */
const ASCENDING: readonly (readonly [string, readonly string[]])[] = [
  [
    'Semantic Versioning 2.0.0, section 11',
    [
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-alpha.beta',
      '1.0.0-beta',
      '1.0.0-beta.2',
      '1.0.0-beta.11',
      '1.0.0-rc.1',
      '1.0.0',
      '2.0.0',
      '2.1.0',
      '2.1.1',
    ],
  ],
  ['numbers as numbers', ['1.2', '1.9', '1.10', '1.100', '2.0', '10.0']],
  ['numbers beyond 2^53', ['1.9007199254740993', '1.9007199254740994', '1.90071992547409920']],
  [
    'numbers of every length',
    Array.from({ length: 60 }, (_, index) => `1.${'9'.repeat(index + 1)}`),
  ],
  ['fewer numbers first', ['1', '1.0', '1.0.0', '1.0.1', '1.1']],
  ['the letter v makes no difference', ['v1.9', '1.10', 'v1.11', '2.0']],
  [
    'prereleases, then variants, then the release',
    ['1.8.2-rc.1', '1.8.2-alpine', '1.8.2-slim', '1.8.2'],
  ],
  ['a prerelease of a variant', ['3.13.0-rc2-slim', '3.13.0-slim', '3.13.0']],
  [
    'prereleases without a separator',
    ['3.13.0a1', '3.13.0a2', '3.13.0b1', '3.13.0rc2', '3.13.0rc10', '3.13.0'],
  ],
  ['natural order inside an identifier', ['1.0-rc2', '1.0-rc10', '1.0']],
  ['builds after their version', ['1.2.3', '1.2.3_1', '1.2.3_2', '1.2.3_10', '1.2.4']],
  ['a prerelease behind an underscore', ['1.2.3_rc1', '1.2.3']],
  ['dates', ['20231231', '20240101', '20240102.1', '20240102.2']],
  [
    'names before versions, in natural order',
    ['build2', 'build10', 'edge', 'latest', 'main', '0.1'],
  ],
  ['hashes are names', ['1b23456', '9f2c1d3', '0.1']],
];

describe('compareTagVersions', () => {
  it.each(ASCENDING)('orders %s', (_, tags) => {
    tags.forEach((smaller, index) => {
      for (const greater of tags.slice(index + 1)) {
        expect([smaller, greater, compareTagVersions(smaller, greater) < 0]).toEqual([
          smaller,
          greater,
          true,
        ]);
        expect([greater, smaller, compareTagVersions(greater, smaller) > 0]).toEqual([
          greater,
          smaller,
          true,
        ]);
      }
    });
  });

  it('tells apart tags that mean the same version', () => {
    expect(compareTagVersions('v1.0', '1.0')).not.toBe(0);
    expect(compareTagVersions('01.0', '1.0')).not.toBe(0);
    expect(compareTagVersions('Latest', 'latest')).not.toBe(0);
  });

  const fragment = fc.constantFrom(
    'v',
    '1',
    '2',
    '10',
    '01',
    '.',
    '-',
    '_',
    'rc',
    'a',
    'B',
    'slim',
    '0',
  );
  const anyTag = fc
    .oneof(
      fc.array(fragment, { maxLength: 8 }).map((parts) => parts.join('')),
      fc.stringMatching(/^\w[\w.-]{0,12}$/),
    )
    .filter((tag) => tryParseTag(tag) !== undefined);

  it('is a total order', () => {
    fc.assert(
      fc.property(anyTag, anyTag, anyTag, (a, b, c) => {
        const ab = Math.sign(compareTagVersions(a, b));
        expect(ab + Math.sign(compareTagVersions(b, a))).toBe(0);
        expect(ab === 0).toBe(a === b);
        const [x, y, z] = [a, b, c].sort(compareTagVersions);
        expect(compareTagVersions(x ?? '', y ?? '')).toBeLessThanOrEqual(0);
        expect(compareTagVersions(y ?? '', z ?? '')).toBeLessThanOrEqual(0);
        expect(compareTagVersions(x ?? '', z ?? '')).toBeLessThanOrEqual(0);
      }),
      { numRuns: 3000 },
    );
  });

  it('orders text that is too long for a tag, too', () => {
    const long = '9'.repeat(200_000);
    expect(compareTagVersions(long, '1.0')).toBeLessThan(0);
    expect(compareTagVersions(long, `${long}9`)).toBeLessThan(0);
  });

  it('has a key for each tag whose plain order is the same', () => {
    fc.assert(
      fc.property(anyTag, anyTag, (a, b) => {
        const [left, right] = [tagVersionKey(a), tagVersionKey(b)];
        const plain = left < right ? -1 : left > right ? 1 : 0;
        expect(plain).toBe(Math.sign(compareTagVersions(a, b)));
      }),
    );
  });

  it('sorts a list as the comparison says, newest first, and leaves the list alone', () => {
    fc.assert(
      fc.property(fc.array(anyTag, { maxLength: 30 }), (tags) => {
        const before = [...tags];
        const sorted = sortTagsByVersion(tags);
        expect(tags).toEqual(before);
        expect(sorted).toEqual([...tags].sort((a, b) => compareTagVersions(b, a)));
        expect(sortTagsByVersion(tags, 'ascending')).toEqual([...tags].sort(compareTagVersions));
      }),
    );
  });
});
