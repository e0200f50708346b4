import {
  compareCodeUnits,
  createKeyWriter,
  isDigit,
  type KeyWriter,
  pushNaturalKey,
  pushNumber,
} from './natural-order';

/** Words that mark a version as older than its release. Semantic Versioning has no list; these are the ones in use. */
const PRERELEASE_WORD =
  /^(?:alpha|beta|rc|cr|pre|preview|prerelease|dev|develop|snapshot|nightly|canary|next|edge|ea|experimental|insiders|milestone|unstable|test|testing|a|b|c|m)(?:\d|$)/i;
/** Python's and Docker's own style: 3.13.0rc2. Needs a dot in the number, or hashes such as 1b23456 would count. */
const ATTACHED_PRERELEASE = /^(?:a|b|c|rc|alpha|beta|pre|dev)\d*(?:[-._]|$)/i;
const NUMERIC = /^\d+$/;

/** Code units lower than every character of a tag, in this order: ends a list, begins an item of one. */
const END = 1;
const ITEM = 2;
const DASH = 45;
const DOT = 46;
const ZERO = 48;
const ONE = 49;
const TWO = 50;
const UPPER_V = 86;
const UNDERSCORE = 95;
const LOWER_V = 118;
/** distribution-spec, Pulling manifests. Longer text is no tag; it is ordered plainly. */
const MAX_TAG_LENGTH = 128;

const keyWriter = createKeyWriter();

/**
 * A key whose plain order is the order of `compareTagVersions`: for long lists, made once a tag. The parts, most important first: whether the tag is a
 * version; its numbers; its rank among tags with these numbers; the identifiers of its suffix; its build; the tag
 * itself, so that only equal tags have equal keys.
 */
export const tagVersionKey = (tag: string): string => {
  if (tag.length > MAX_TAG_LENGTH) return `0${tag}`;
  const numbers = numbersOf(tag);
  if (numbers !== undefined && isVersionSuffix(numbers, tag)) {
    keyWriter.push(ONE);
    pushNumbers(keyWriter, tag, numbers);
    pushSuffix(keyWriter, tag.slice(numbers.end));
  } else {
    keyWriter.push(ZERO);
    pushNaturalKey(keyWriter, tag);
  }
  keyWriter.push(END);
  keyWriter.pushText(tag);
  return keyWriter.take();
};

/** Where the numbers of a version stand in a tag: "1.10" in "v1.10-rc.1". */
type Numbers = { readonly start: number; readonly end: number; readonly hasDot: boolean };

/** Found by hand, without the strings and lists of an expression: this runs ten thousand times for one table. */
const numbersOf = (tag: string): Numbers | undefined => {
  const first = tag.charCodeAt(0);
  const start = first === LOWER_V || first === UPPER_V ? 1 : 0;
  if (!isDigit(tag.charCodeAt(start))) return undefined;
  let end = start;
  let hasDot = false;
  while (isDigit(tag.charCodeAt(end))) {
    end += 1;
    if (tag.charCodeAt(end) === DOT && isDigit(tag.charCodeAt(end + 1))) {
      hasDot = true;
      end += 1;
    }
  }
  return { start, end, hasDot };
};

const isVersionSuffix = ({ end, hasDot }: Numbers, tag: string): boolean => {
  if (end === tag.length) return true;
  const next = tag.charCodeAt(end);
  if (next === DASH || next === DOT || next === UNDERSCORE) return true;
  return hasDot && ATTACHED_PRERELEASE.test(tag.slice(end));
};

/** "1.10" as a list of numbers: a list that goes on is greater than one that ends. */
const pushNumbers = (key: KeyWriter, tag: string, { start, end }: Numbers): void => {
  let at = start;
  while (at < end) {
    key.push(ITEM);
    at = pushNumber(key, tag, at) + 1;
  }
  key.push(END);
};

/** What follows the numbers: rank, identifiers, build. Nothing at all is the release, which is greatest. */
const pushSuffix = (key: KeyWriter, rest: string): void => {
  if (rest === '') {
    key.push(TWO);
    key.push(END);
    return;
  }
  const { prerelease, build } = splitSuffix(rest);
  const identifiers = prerelease === '' ? [] : prerelease.split(/[.-]/);
  key.push(rankOf(identifiers));
  for (const identifier of identifiers) pushIdentifier(key, identifier);
  key.push(END);
  pushNaturalKey(key, build);
};

/**
 * Splits "-rc.1_5" into prerelease and build: tags cannot hold the "+" of build metadata, and Helm writes "_" for it.
 * "_rc1" counts as a prerelease too.
 */
const splitSuffix = (rest: string): { prerelease: string; build: string } => {
  const body = rest.replace(/^[-.]/, '');
  const split = body.indexOf('_');
  if (split < 0) return { prerelease: body, build: '' };
  const build = body.slice(split + 1);
  if (split === 0 && PRERELEASE_WORD.test(build)) return { prerelease: build, build: '' };
  return { prerelease: body.slice(0, split), build };
};

/** 0 comes before the release (1.2-rc1), 1 is a variant of it (1.2-alpine), 2 is the release itself. */
const rankOf = (identifiers: readonly string[]): number => {
  const first = identifiers[0];
  if (first === undefined) return TWO;
  const isPrerelease =
    NUMERIC.test(first) || identifiers.some((identifier) => PRERELEASE_WORD.test(identifier));
  return isPrerelease ? ZERO : ONE;
};

/** Semantic Versioning 2.0.0, section 11.4, with natural order inside an identifier (rc2 before rc10). */
const pushIdentifier = (key: KeyWriter, identifier: string): void => {
  key.push(ITEM);
  key.push(NUMERIC.test(identifier) ? ZERO : ONE);
  pushNaturalKey(key, identifier);
  key.push(END);
};

/**
 * Orders tags as versions; the newer one is greater. Numbers compare as numbers, a prerelease and a variant come before
 * their release, `v` makes no difference, and 1.2 comes before 1.2.0. Tags that are no version come before all that are, in
 * natural order. A total order: 0 only for equal tags.
 */
export const compareTagVersions = (a: string, b: string): number =>
  a === b ? 0 : compareCodeUnits(tagVersionKey(a), tagVersionKey(b));

/** A new list, newest version first unless `ascending`. Takes each tag apart once: for long lists. */
export const sortTagsByVersion = <T extends string>(
  tags: readonly T[],
  direction: 'ascending' | 'descending' = 'descending',
): T[] => {
  const sign = direction === 'ascending' ? 1 : -1;
  return tags
    .map((tag) => ({ tag, key: tagVersionKey(tag) }))
    .sort((a, b) => sign * compareCodeUnits(a.key, b.key))
    .map((entry) => entry.tag);
};
