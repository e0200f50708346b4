import type { FilterKey, FilterSubject, TermTest } from '#lib/filter-keys';
import { compileWord, filterKeys } from '#lib/filter-keys';
import type { FilterToken } from '#lib/filter-tokens';
import { tokeniseFilter } from '#lib/filter-tokens';

export type { FilterSubject } from '#lib/filter-keys';

export type FilterTerm = {
  readonly isNegated: boolean;
  readonly needsDetails: boolean;
  readonly test: TermTest;
};

/** A term that cannot be used, with its place in the text. The other terms still filter. */
export type FilterProblem = {
  readonly start: number;
  readonly end: number;
  /** One plain sentence or two: what is wrong and how it is written. */
  readonly message: string;
};

export type Filter = {
  readonly text: string;
  /** All of them must hold. Terms that look at the name alone come first. */
  readonly terms: readonly FilterTerm[];
  readonly problems: readonly FilterProblem[];
  /** True when a term can only be answered once a tag's details were read. */
  readonly needsDetails: boolean;
};

/** 'unread': it may match, but its details are not there yet. */
export type FilterVerdict = 'match' | 'no-match' | 'unread';

type ReadTerm = { readonly term?: FilterTerm; readonly problem?: string };

const keysByName = new Map(filterKeys.map((key) => [key.key, key]));
const digestAlgorithms: ReadonlySet<string> = new Set(['sha256', 'sha512']);

const keyList = filterKeys.map(({ key }) => key).join(', ');

const readKeyTerm = (token: FilterToken, key: FilterKey, value: string): ReadTerm => {
  if (value === '') return { problem: `${key.key}: needs a value, like ${key.example}.` };
  const compiled = key.compile(value);
  if (!compiled.ok) return { problem: compiled.message };
  return {
    term: { isNegated: token.isNegated, needsDetails: key.needsDetails, test: compiled.value },
  };
};

const readTerm = (token: FilterToken): ReadTerm => {
  if (token.key === undefined) {
    if (token.value === '') return {};
    return {
      term: { isNegated: token.isNegated, needsDetails: false, test: compileWord(token.value) },
    };
  }
  const isPastedDigest = digestAlgorithms.has(token.key);
  const key = keysByName.get(isPastedDigest ? 'digest' : token.key);
  if (key === undefined) {
    return { problem: `“${token.key}:” is no filter key. The keys are ${keyList}.` };
  }
  return readKeyTerm(token, key, isPastedDigest ? `${token.key}:${token.value}` : token.value);
};

/**
 * Reads a filter: words and `key:value` terms, `-` in front to negate, quotes to keep blanks. Never throws; terms
 * that cannot be used are left out and named in `problems`.
 */
export const parseFilter = (text: string): Filter => {
  const terms: FilterTerm[] = [];
  const problems: FilterProblem[] = [];
  for (const token of tokeniseFilter(text)) {
    const { term, problem } = readTerm(token);
    if (term !== undefined) terms.push(term);
    if (problem !== undefined)
      problems.push({ start: token.start, end: token.end, message: problem });
    if (!token.isClosed) {
      problems.push({
        start: token.start,
        end: token.end,
        message: 'A quote is opened here and not closed.',
      });
    }
  }
  return {
    text,
    terms: terms.sort((a, b) => Number(a.needsDetails) - Number(b.needsDetails)),
    problems,
    needsDetails: terms.some((term) => term.needsDetails),
  };
};

/**
 * Whether a tag passes. A value that its registry does not record fits neither a term nor its negation, so that
 * "not younger than 60 days" never means "of unknown age" (trap 39).
 */
export const matchFilter = (filter: Filter, subject: FilterSubject, now: number): FilterVerdict => {
  let isUnread = false;
  for (const { test, isNegated } of filter.terms) {
    const answer = test(subject, now);
    if (answer === undefined) {
      if (subject.details !== undefined) return 'no-match';
      isUnread = true;
    } else if (answer === isNegated) {
      return 'no-match';
    }
  }
  return isUnread ? 'unread' : 'match';
};
