/** More than any settings file has; the comparison needs the square of it. */
const maxLines = 1000;

/**
 * What changes between two small texts, every line with `+`, `-` or a space before it, as in a unified diff without
 * hunks. Texts of more than a thousand lines are shown as taken out and put in as a whole.
 */
export function formatLineDiff(before: string, after: string): string {
  const from = linesOf(before);
  const to = linesOf(after);
  if (from.length > maxLines || to.length > maxLines) {
    return [...from.map((line) => `-${line}`), ...to.map((line) => `+${line}`)].join('\n');
  }
  return mergeLines(from, to, commonLengths(from, to)).join('\n');
}

const linesOf = (text: string): string[] =>
  text === '' ? [] : text.replace(/\r?\n$/u, '').split(/\r?\n/u);

/** Longest common subsequence of what is left from each pair of positions. */
function commonLengths(from: readonly string[], to: readonly string[]): number[][] {
  const lengths = Array.from({ length: from.length + 1 }, () =>
    Array.from({ length: to.length + 1 }, () => 0),
  );
  for (let i = from.length - 1; i >= 0; i -= 1) {
    for (let j = to.length - 1; j >= 0; j -= 1) {
      const row = lengths[i] ?? [];
      row[j] =
        from[i] === to[j]
          ? (lengths[i + 1]?.[j + 1] ?? 0) + 1
          : Math.max(lengths[i + 1]?.[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  return lengths;
}

function mergeLines(
  from: readonly string[],
  to: readonly string[],
  lengths: readonly (readonly number[])[],
): string[] {
  const lines: string[] = [];
  let i = 0;
  let j = 0;
  while (i < from.length || j < to.length) {
    if (i < from.length && j < to.length && from[i] === to[j]) {
      lines.push(` ${from[i]}`);
      i += 1;
      j += 1;
    } else if (
      j >= to.length ||
      (i < from.length && (lengths[i + 1]?.[j] ?? 0) >= (lengths[i]?.[j + 1] ?? 0))
    ) {
      lines.push(`-${from[i]}`);
      i += 1;
    } else {
      lines.push(`+${to[j]}`);
      j += 1;
    }
  }
  return lines;
}
