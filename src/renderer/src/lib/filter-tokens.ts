/** One blank-separated part of a filter, with its place in the text. */
export type FilterToken = {
  readonly start: number;
  /** Behind the last character. */
  readonly end: number;
  readonly isNegated: boolean;
  /** Lower case; absent for a plain word. */
  readonly key?: string;
  /** Where the value starts, quotes included. */
  readonly valueStart: number;
  /** Without its quotes. */
  readonly value: string;
  readonly isQuoted: boolean;
  /** False when the last quote is still open. */
  readonly isClosed: boolean;
};

const blank = /\s/u;
const keyPattern = /([A-Za-z][A-Za-z0-9]*):/uy;

type Value = Pick<FilterToken, 'end' | 'value' | 'isQuoted' | 'isClosed'>;

/** Reads up to the next blank outside quotes. */
const readValue = (text: string, start: number): Value => {
  let value = '';
  let isQuoted = false;
  let isOpen = false;
  let at = start;
  for (; at < text.length; at += 1) {
    const c = text.charAt(at);
    if (c === '"') {
      isOpen = !isOpen;
      isQuoted = true;
    } else if (!isOpen && blank.test(c)) {
      break;
    } else {
      value += c;
    }
  }
  return { end: at, value, isQuoted, isClosed: !isOpen };
};

const readToken = (text: string, start: number): FilterToken => {
  const isNegated = text[start] === '-';
  const keyStart = isNegated ? start + 1 : start;
  keyPattern.lastIndex = keyStart;
  const key = keyPattern.exec(text)?.[1];
  const valueStart = key === undefined ? keyStart : keyStart + key.length + 1;
  const read = readValue(text, valueStart);
  return {
    start,
    isNegated,
    valueStart,
    ...(key === undefined ? {} : { key: key.toLowerCase() }),
    ...read,
  };
};

/**
 * Splits a filter into words and `key:value` terms. A `-` in front negates, quotes keep blanks and a leading `-`
 * together. Never fails: what a term means is the parser's question.
 */
export const tokeniseFilter = (text: string): readonly FilterToken[] => {
  const tokens: FilterToken[] = [];
  let at = 0;
  while (at < text.length) {
    if (blank.test(text.charAt(at))) {
      at += 1;
      continue;
    }
    const token = readToken(text, at);
    tokens.push(token);
    at = token.end;
  }
  return tokens;
};
