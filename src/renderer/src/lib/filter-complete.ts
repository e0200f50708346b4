import { filterKeys } from '#lib/filter-keys';
import type { FilterToken } from '#lib/filter-tokens';
import { tokeniseFilter } from '#lib/filter-tokens';

/** A completion replaces the text from `from` to `to`. */
export type FilterCompletion = {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
  readonly label: string;
  readonly hint: string;
};

/** Values that the loaded tags have, offered after their key. */
export type KnownValues = { readonly platforms: readonly string[] };

const tokenAt = (text: string, caret: number): FilterToken | undefined =>
  tokeniseFilter(text).find((token) => token.start <= caret && caret <= token.end);

const completeKeys = (from: number, to: number, typed: string): readonly FilterCompletion[] =>
  filterKeys
    .filter(({ key }) => key.startsWith(typed.toLowerCase()))
    .map(({ key, hint, example }) => ({
      from,
      to,
      insert: `${key}:`,
      label: `${key}:`,
      hint: `${hint}, as in ${example}`,
    }));

const valuesOf = (key: string, known: KnownValues): readonly string[] =>
  key === 'platform'
    ? known.platforms
    : (filterKeys.find((candidate) => candidate.key === key)?.values ?? []);

const completeValues = (
  token: FilterToken,
  key: string,
  known: KnownValues,
): readonly FilterCompletion[] => {
  const typed = token.value.toLowerCase();
  return valuesOf(key, known)
    .filter((value) => value.includes(typed) && value !== typed)
    .map((value) => ({
      from: token.valueStart,
      to: token.end,
      insert: `${value} `,
      label: `${key}:${value}`,
      hint: '',
    }));
};

/**
 * What may follow at the caret: keys after a blank or while a word could still become a key, and the values of keys
 * with a known list.
 */
export const completeFilter = (
  text: string,
  caret: number,
  known: KnownValues,
): readonly FilterCompletion[] => {
  const token = tokenAt(text, caret);
  if (token === undefined) return completeKeys(caret, caret, '');
  if (token.isQuoted || caret !== token.end) return [];
  if (token.key !== undefined) return completeValues(token, token.key, known);
  return completeKeys(token.valueStart, token.end, token.value);
};

/** The text with the completion put in, and where the caret then stands. */
export const applyCompletion = (
  text: string,
  { from, to, insert }: FilterCompletion,
): { readonly text: string; readonly caret: number } => ({
  text: text.slice(0, from) + insert + text.slice(to),
  caret: from + insert.length,
});
