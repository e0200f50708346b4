import { compareTagVersions } from '#oci/tag';

/** First place in `tags` (newest first, from `start` on) whose tag is not newer than `tag`; found in leaps, then halves. */
const firstNotNewer = (tags: readonly string[], start: number, tag: string): number => {
  const isNewer = (at: number): boolean => compareTagVersions(tags[at] ?? '', tag) > 0;
  let low = start;
  let leap = 1;
  while (low + leap - 1 < tags.length && isNewer(low + leap - 1)) {
    low += leap;
    leap *= 2;
  }
  let high = Math.min(tags.length, low + leap - 1);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isNewer(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
};

const append = (to: string[], from: readonly string[], start: number, end: number): void => {
  for (let at = start; at < end; at += 1) to.push(from[at] ?? '');
};

const withoutRepeats = (sorted: readonly string[]): readonly string[] =>
  sorted.filter((tag, at) => tag !== sorted[at - 1]);

/**
 * Adds tags that stand newest first to a list that does. Pages of a registry come in lexical order, so whole runs move at once
 * and few comparisons are made; sorting the growing list again at each page would cost most of a second at 10,000 tags.
 * A tag that is there already is not added twice.
 */
export const mergeTags = (
  sorted: readonly string[],
  added: readonly string[],
): readonly string[] => {
  const fresh = withoutRepeats(added);
  if (sorted.length === 0) return fresh;
  const merged: string[] = [];
  let a = 0;
  let b = 0;
  while (a < sorted.length && b < fresh.length) {
    const aEnd = firstNotNewer(sorted, a, fresh[b] ?? '');
    append(merged, sorted, a, aEnd);
    a = aEnd;
    if (a >= sorted.length) break;
    const bEnd = firstNotNewer(fresh, b, sorted[a] ?? '');
    append(merged, fresh, b, bEnd);
    b = fresh[bEnd] === sorted[a] ? bEnd + 1 : bEnd;
    merged.push(sorted[a] ?? '');
    a += 1;
  }
  append(merged, sorted, a, sorted.length);
  append(merged, fresh, b, fresh.length);
  return merged;
};
