import { compareCodeUnits, compareDigits, compareNatural } from './natural-order';

/**
 * A tag taken apart for ordering. `suffix` is what follows the numbers; `rank` says how it relates to the release with
 * the same numbers: 0 before it (1.2-rc1), 1 a variant of it (1.2-alpine), 2 the release itself.
 */
type TagVersion = {
  readonly tag: string;
  /** Empty for a tag that is no version. */
  readonly numbers: readonly string[];
  readonly rank: 0 | 1 | 2;
  readonly suffix: readonly string[];
  /** What follows "_": tags cannot hold the "+" of build metadata, and Helm writes "_" for it. */
  readonly build: string;
};

/** Words that mark a version as older than its release. Semantic Versioning has no list; these are the ones in use. */
const PRERELEASE_WORD =
  /^(?:alpha|beta|rc|cr|pre|preview|prerelease|dev|develop|snapshot|nightly|canary|next|edge|ea|experimental|insiders|milestone|unstable|test|testing|a|b|c|m)(?:\d|$)/i;
const VERSION = /^[vV]?(\d+(?:\.\d+)*)(.*)$/s;
/** Python's and Docker's own style: 3.13.0rc2. Needs a dot in the number, or hashes such as 1b23456 would count. */
const ATTACHED_PRERELEASE = /^(?:a|b|c|rc|alpha|beta|pre|dev)\d*(?:[-._]|$)/i;

/** Takes a tag apart once, so that a sort need not do it for every comparison. */
const toTagVersion = (tag: string): TagVersion => {
  const match = VERSION.exec(tag);
  const numbers = match?.[1];
  const rest = match?.[2] ?? '';
  if (numbers === undefined || !isVersionSuffix(numbers, rest)) return noVersion(tag);
  const { prerelease, build } = splitSuffix(rest);
  const suffix = prerelease === '' ? [] : prerelease.split(/[.-]/);
  return { tag, numbers: numbers.split('.'), rank: rankOf(suffix), suffix, build };
};

const noVersion = (tag: string): TagVersion => ({
  tag,
  numbers: [],
  rank: 2,
  suffix: [],
  build: '',
});

const isVersionSuffix = (numbers: string, rest: string): boolean =>
  rest === '' || /^[-._]/.test(rest) || (numbers.includes('.') && ATTACHED_PRERELEASE.test(rest));

/** Splits "-rc.1_5" into prerelease and build; "_rc1" counts as a prerelease too. */
const splitSuffix = (rest: string): { prerelease: string; build: string } => {
  const body = rest.replace(/^[-.]/, '');
  const split = body.indexOf('_');
  if (split < 0) return { prerelease: body, build: '' };
  const build = body.slice(split + 1);
  if (split === 0 && PRERELEASE_WORD.test(build)) return { prerelease: build, build: '' };
  return { prerelease: body.slice(0, split), build };
};

const rankOf = (suffix: readonly string[]): TagVersion['rank'] => {
  const first = suffix[0];
  if (first === undefined) return 2;
  if (/^\d+$/.test(first)) return 0;
  return suffix.some((identifier) => PRERELEASE_WORD.test(identifier)) ? 0 : 1;
};

const compareNumbers = (a: readonly string[], b: readonly string[]): number => {
  const shared = Math.min(a.length, b.length);
  for (let index = 0; index < shared; index += 1) {
    const order = compareDigits(a[index] ?? '', b[index] ?? '');
    if (order !== 0) return order;
  }
  return a.length - b.length;
};

/** Semantic Versioning 2.0.0, section 11.4, with natural order inside an identifier (rc2 before rc10). */
const compareIdentifiers = (a: readonly string[], b: readonly string[]): number => {
  const shared = Math.min(a.length, b.length);
  for (let index = 0; index < shared; index += 1) {
    const left = a[index] ?? '';
    const right = b[index] ?? '';
    const isLeftNumber = /^\d+$/.test(left);
    if (isLeftNumber !== /^\d+$/.test(right)) return isLeftNumber ? -1 : 1;
    const order = compareNatural(left, right);
    if (order !== 0) return order;
  }
  return a.length - b.length;
};

const compareParsed = (a: TagVersion, b: TagVersion): number => {
  const isVersionA = a.numbers.length > 0;
  if (isVersionA !== b.numbers.length > 0) return isVersionA ? 1 : -1;
  if (!isVersionA) return compareNatural(a.tag, b.tag) || compareCodeUnits(a.tag, b.tag);
  return (
    compareNumbers(a.numbers, b.numbers) ||
    a.rank - b.rank ||
    compareIdentifiers(a.suffix, b.suffix) ||
    compareNatural(a.build, b.build) ||
    compareCodeUnits(a.tag, b.tag)
  );
};

/**
 * Orders tags as versions; the newer one is greater. Numbers compare as numbers, a prerelease and a variant come before
 * their release, `v` makes no difference, and 1.2 comes before 1.2.0. Tags that are no version come before all that are, in
 * natural order. A total order: 0 only for equal tags.
 */
export const compareTagVersions = (a: string, b: string): number =>
  a === b ? 0 : compareParsed(toTagVersion(a), toTagVersion(b));

/** A new list, newest version first unless `ascending`. Takes each tag apart once: for long lists. */
export const sortTagsByVersion = <T extends string>(
  tags: readonly T[],
  direction: 'ascending' | 'descending' = 'descending',
): T[] => {
  const sign = direction === 'ascending' ? 1 : -1;
  return tags
    .map((tag) => ({ tag, version: toTagVersion(tag) }))
    .sort((a, b) => sign * compareParsed(a.version, b.version))
    .map((entry) => entry.tag);
};
