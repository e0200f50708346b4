/** Characters after which a word starts: a hit there is what people mean. */
const isBoundary = (text: string, at: number): boolean =>
  at === 0 || /[\s/._:@-]/u.test(text[at - 1] ?? '');

/** Letters of `word` in order with gaps: higher for few gaps and hits at word starts. Undefined: not all are there. */
const scoreSubsequence = (word: string, text: string): number | undefined => {
  let from = 0;
  let score = 0;
  for (const letter of word) {
    const at = text.indexOf(letter, from);
    if (at < 0) return undefined;
    if (isBoundary(text, at)) score += 6;
    score -= Math.min(at - from, 8);
    from = at + 1;
  }
  return score;
};

const scoreWord = (word: string, text: string): number | undefined => {
  const at = text.indexOf(word);
  if (at < 0) return scoreSubsequence(word, text);
  // A whole run beats scattered letters; at a word's start it beats one inside; at the very end of a path it is the name itself.
  const start = isBoundary(text, at) ? 60 : 30;
  const isWholeEnd = at + word.length === text.length ? 20 : 0;
  return start + isWholeEnd + word.length * 4 - Math.min(text.length - word.length, 30) / 2;
};

/** The words of what was typed. */
export const wordsOf = (query: string): readonly string[] =>
  query.toLowerCase().split(/\s+/u).filter(Boolean);

/** How well a text matches all words; undefined when one is missing. */
export const scoreText = (words: readonly string[], text: string): number | undefined => {
  const lower = text.toLowerCase();
  let total = 0;
  for (const word of words) {
    const score = scoreWord(word, lower);
    if (score === undefined) return undefined;
    total += score;
  }
  return total;
};

export type Scored<T> = { readonly item: T; readonly score: number };

/** The best `limit` matches, best first; equal ones in the order they came. All of them when nothing was typed. */
export const bestMatches = <T>(
  items: readonly T[],
  words: readonly string[],
  textOf: (item: T) => string,
  limit: number,
): readonly Scored<T>[] => {
  if (words.length === 0) return items.slice(0, limit).map((item) => ({ item, score: 0 }));
  const scored = items.flatMap((item) => {
    const score = scoreText(words, textOf(item));
    return score === undefined ? [] : [{ item, score }];
  });
  return scored.toSorted((a, b) => b.score - a.score).slice(0, limit);
};
