import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TagDetails } from '#contract/tag';
import type { FilterVerdict } from '#lib/filter';
import { matchFilter, parseFilter } from '#lib/filter';
import { applyCompletion, completeFilter } from '#lib/filter-complete';
import { tokeniseFilter } from '#lib/filter-tokens';
import { matchGlob } from '#lib/glob';

const now = Date.UTC(2026, 7, 14);
const day = 86_400_000;

const details = (over: Partial<TagDetails> = {}): TagDetails => ({
  tag: '1.8.2',
  digest: `sha256:9f2c${'0'.repeat(60)}`,
  mediaType: 'application/vnd.oci.image.index.v1+json',
  shape: 'index',
  artifact: {
    kind: 'image',
    label: 'Image',
    mediaType: 'application/vnd.oci.image.config.v1+json',
  },
  platforms: ['linux/amd64', 'linux/arm64/v8', 'linux/arm/v7'],
  sizeBytes: 84_200_000,
  created: { at: new Date(now - 61 * day).toISOString(), source: 'config' },
  hasAttestations: false,
  ...over,
});

const verdict = (
  text: string,
  over: Partial<TagDetails> = {},
  name = '1.8.2',
  isSigned = false,
): FilterVerdict =>
  matchFilter(
    parseFilter(text),
    { name: name.toLowerCase(), details: details(over), isSigned },
    now,
  );

const nameOnly = (text: string, name: string): FilterVerdict =>
  matchFilter(parseFilter(text), { name: name.toLowerCase() }, now);

describe('words and tag:', () => {
  const table: readonly [string, string, FilterVerdict][] = [
    ['', 'anything', 'match'],
    ['   ', 'anything', 'match'],
    ['1.8', '1.8.2', 'match'],
    ['1.8 debug', '1.8.2-debug', 'match'],
    ['1.8 debug', '1.8.2', 'no-match'],
    ['-debug', '1.8.2', 'match'],
    ['-debug', '1.8.2-debug', 'no-match'],
    ['"-debug"', '1.8.2-debug', 'match'],
    ['-"-debug"', '1.8.2-debug', 'no-match'],
    ['RC', '1.8.0-rc.1', 'match'],
    ['rc', '1.8.0-RC1', 'match'],
    ['pr-*', 'pr-4127', 'match'],
    ['pr-*', 'xpr-4127', 'no-match'],
    ['pr-????', 'pr-412', 'no-match'],
    ['tag:pr-*', 'pr-4127', 'match'],
    ['tag:pr-', 'pr-4127', 'no-match'],
    ['tag:latest', 'latest', 'match'],
    ['TAG:Latest', 'latest', 'match'],
    ['-tag:pr-*', 'pr-1', 'no-match'],
    ['-tag:pr-*', '1.0', 'match'],
    ['tag:1.* -rc', '1.8.0-rc.1', 'no-match'],
    ['-', 'anything', 'match'],
  ];
  it.each(table)('"%s" on %s: %s', (text, name, expected) => {
    expect(nameOnly(text, name)).toBe(expected);
  });
});

describe('terms on details', () => {
  const table: readonly [string, FilterVerdict][] = [
    ['platform:arm64', 'match'],
    ['platform:linux/amd64', 'match'],
    ['platform:aarch64', 'match'],
    ['platform:x86_64', 'match'],
    ['platform:riscv64', 'no-match'],
    ['-platform:riscv64', 'match'],
    ['size:>100MB', 'no-match'],
    ['size:<100MB', 'match'],
    ['size:>=84.2MB', 'match'],
    ['size:>84.2mb', 'no-match'],
    ['size:<=84.2MB', 'match'],
    ['size:>80MiB', 'match'],
    ['size:>"80 MiB"', 'match'],
    ['age:>60d', 'match'],
    ['age:>62d', 'no-match'],
    ['age:<9w', 'match'],
    ['age:>2mo', 'match'],
    ['-age:>1y', 'match'],
    ['age:>1000h', 'match'],
    ['digest:sha256:9f2c', 'match'],
    ['digest:9f2c', 'match'],
    ['digest:sha512:9f2c', 'no-match'],
    ['sha256:9f2c', 'match'],
    ['digest:sha256:9f2c…', 'match'],
    ['digest:2c', 'no-match'],
    ['kind:image', 'match'],
    ['kind:index', 'match'],
    ['kind:helm', 'no-match'],
    ['-kind:helm', 'match'],
    ['signed:no', 'match'],
    ['signed:yes', 'no-match'],
  ];
  it.each(table)('"%s": %s', (text, expected) => {
    expect(parseFilter(text).problems).toEqual([]);
    expect(verdict(text)).toBe(expected);
  });

  it('trap 17: arm64/v8 asked or listed is arm64, and arm is not arm64', () => {
    expect(verdict('platform:arm64/v8', { platforms: ['linux/arm64'] })).toBe('match');
    expect(verdict('platform:arm64', { platforms: ['linux/arm64/v8'] })).toBe('match');
    expect(verdict('platform:arm', { platforms: ['linux/arm64'] })).toBe('no-match');
    expect(verdict('platform:arm/v7', { platforms: ['linux/arm/v7'] })).toBe('match');
  });

  it('trap 42: helm charts are found by their kind', () => {
    const chart = {
      kind: 'helm-chart' as const,
      label: 'Helm chart',
      mediaType: 'application/vnd.cncf.helm.config.v1+json',
    };
    expect(verdict('kind:helm', { shape: 'image', artifact: chart })).toBe('match');
    expect(verdict('kind:image', { shape: 'index', artifact: chart })).toBe('no-match');
  });

  it('knows a signature tag', () => {
    expect(verdict('signed:yes', {}, '1.8.2', true)).toBe('match');
    expect(verdict('signed:no', {}, '1.8.2', true)).toBe('no-match');
  });

  it.each(['age:>60d', '-age:>60d', 'age:<60d', '-age:<60d'])(
    'trap 39: "%s" never catches a tag whose date is not recorded',
    (text) => {
      expect(verdict(text, { created: { at: '1970-01-01T00:00:00Z', source: 'config' } })).toBe(
        'no-match',
      );
    },
  );

  it('a size that is not known fits neither a term nor its negation', () => {
    const { sizeBytes: _, ...rest } = details();
    const subject = { name: '1.8.2', details: rest };
    expect(matchFilter(parseFilter('size:>1MB'), subject, now)).toBe('no-match');
    expect(matchFilter(parseFilter('-size:>1MB'), subject, now)).toBe('no-match');
  });
});

describe('details that were not read', () => {
  it('says so instead of guessing', () => {
    expect(parseFilter('age:>60d').needsDetails).toBe(true);
    expect(nameOnly('age:>60d', 'pr-1')).toBe('unread');
    expect(nameOnly('-signed:yes', 'pr-1')).toBe('unread');
  });

  it('rules a tag out by its name without asking for details', () => {
    expect(nameOnly('age:>60d tag:pr-*', '1.8.2')).toBe('no-match');
  });

  it('needs none for names', () => {
    expect(parseFilter('tag:pr-* debug -x').needsDetails).toBe(false);
  });
});

describe('problems', () => {
  const table: readonly [string, RegExp][] = [
    ['size:', /^size: needs a value, like size:>100MB\.$/u],
    ['tag:', /^tag: needs a value, like tag:pr-\*\.$/u],
    ['age:', /^age: needs a value, like age:>60d\.$/u],
    ['signed:', /^signed: needs a value, like signed:no\.$/u],
    ['size:100MB', /needs > or </u],
    ['size:>', /needs a number/u],
    ['size:>100', /needs a unit after 100/u],
    ['size:>100XB', /does not know the unit “XB”/u],
    ['size:>ten', /needs a number/u],
    ['size:>constructor', /needs a number/u],
    ['size:>1constructor', /does not know the unit/u],
    ['size:>1..2', /cannot be read/u],
    ['age:>60m', /does not know the unit “m”. Use h, d, w, mo or y/u],
    ['age:60d', /needs > or </u],
    ['kind:banana', /does not know “banana”/u],
    ['kind:__proto__', /does not know/u],
    ['kind:constructor', /does not know/u],
    ['signed:maybe', /takes yes or no/u],
    ['colour:red', /“colour:” is no filter key/u],
    ['digest:x!y', /start of a digest/u],
    ['"open', /not closed/u],
  ];
  it.each(table)('"%s"', (text, message) => {
    const { problems } = parseFilter(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toMatch(message);
    expect(problems[0]).toMatchObject({ start: 0, end: text.length });
  });

  it('keeps filtering with the terms that are good', () => {
    const filter = parseFilter('pr size:big');
    expect(filter.problems).toHaveLength(1);
    expect(matchFilter(filter, { name: 'pr-1' }, now)).toBe('match');
    expect(matchFilter(filter, { name: '1.0' }, now)).toBe('no-match');
  });
});

/** Printable and control characters, and some that text handling trips over. */
const anyText = fc
  .array(
    fc.constantFrom(
      ...Array.from('aZ0-":*?<>=.,/\\ \t\n'),
      'size:',
      'age:',
      '\u202e',
      '\ud800',
      '🦀',
      'ß',
    ),
    {
      maxLength: 40,
    },
  )
  .map((parts) => parts.join(''));

describe('any text', () => {
  it('is read without throwing, and each problem lies inside the text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const filter = parseFilter(text);
        for (const { start, end, message } of filter.problems) {
          expect(start).toBeLessThan(end);
          expect(end).toBeLessThanOrEqual(text.length);
          expect(message).not.toMatch(/undefined|null|\[object/u);
        }
        matchFilter(filter, { name: '1.8.2', details: details() }, now);
      }),
    );
  });

  it('tokens follow each other and leave out only blanks', () => {
    const part = fc.constantFrom('-', '"', ' ', 'tag:', 'a', '*', 'size:>', '1', '\t', ':');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
        const text = parts.join('');
        let at = 0;
        for (const token of tokeniseFilter(text)) {
          expect(text.slice(at, token.start).trim()).toBe('');
          expect(token.end).toBeGreaterThan(token.start);
          at = token.end;
        }
        expect(text.slice(at).trim()).toBe('');
      }),
    );
  });

  it('a term and its negation split the tags that were read', () => {
    const term = fc.constantFrom('tag:pr-*', 'rc', 'platform:arm64', 'kind:helm', 'signed:no');
    fc.assert(
      fc.property(term, fc.stringMatching(/^[a-z0-9.-]{1,12}$/u), (text, name) => {
        const subject = { name, details: details() };
        const straight = matchFilter(parseFilter(text), subject, now);
        const negated = matchFilter(parseFilter(`-${text}`), subject, now);
        expect(new Set([straight, negated])).toEqual(new Set(['match', 'no-match']));
      }),
    );
  });
});

describe('matchGlob', () => {
  it('agrees with a regular expression', () => {
    const pattern = fc.stringMatching(/^[ab*?]{0,8}$/u);
    fc.assert(
      fc.property(pattern, fc.stringMatching(/^[ab]{0,10}$/u), (glob, text) => {
        const regexp = new RegExp(`^${glob.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'u');
        expect(matchGlob(glob, text)).toBe(regexp.test(text));
      }),
    );
  });

  it('stays quick on a pattern made to backtrack', () => {
    expect(matchGlob('*a'.repeat(60) + 'b', 'a'.repeat(4000))).toBe(false);
  });
});

describe('completions', () => {
  const known = { platforms: ['linux/amd64', 'linux/arm64'] };
  const labels = (text: string, caret = text.length): readonly string[] =>
    completeFilter(text, caret, known).map(({ label }) => label);

  it('offers every key in an empty field and after a blank', () => {
    expect(labels('')).toEqual([
      'tag:',
      'platform:',
      'size:',
      'age:',
      'digest:',
      'kind:',
      'signed:',
    ]);
    expect(labels('rc ')).toHaveLength(7);
  });

  it('offers keys that begin like the word, negated too', () => {
    expect(labels('si')).toEqual(['size:', 'signed:']);
    expect(labels('-ag')).toEqual(['age:']);
    expect(labels('1.8')).toEqual([]);
  });

  it('offers the values of a key with a known list', () => {
    expect(labels('platform:')).toEqual(['platform:linux/amd64', 'platform:linux/arm64']);
    expect(labels('kind:he')).toEqual(['kind:helm', 'kind:schema1']);
    expect(labels('signed:yes')).toEqual([]);
    expect(labels('size:')).toEqual([]);
  });

  it('offers nothing inside a word or a quote', () => {
    expect(labels('size', 1)).toEqual([]);
    expect(labels('"si')).toEqual([]);
  });

  it('puts the completion where the word stood', () => {
    const [first] = completeFilter('rc -ag x', 6, known);
    expect(first && applyCompletion('rc -ag x', first)).toEqual({ text: 'rc -age: x', caret: 8 });
  });
});
