const ZERO = 48;
const NINE = 57;

const isDigit = (code: number): boolean => code >= ZERO && code <= NINE;

/** ASCII upper case folds to lower; tags hold nothing else. */
const fold = (code: number): number => (code >= 65 && code <= 90 ? code + 32 : code);

/** The end of the run of digits that starts at `start`. */
const digitsEnd = (text: string, start: number): number => {
  let end = start;
  while (end < text.length && isDigit(text.charCodeAt(end))) end += 1;
  return end;
};

/** Compares two runs of digits as numbers of any length, without making them numbers. */
export const compareDigits = (a: string, b: string): number => {
  const left = a.replace(/^0+/, '');
  const right = b.replace(/^0+/, '');
  if (left.length !== right.length) return left.length - right.length;
  return compareCodeUnits(left, right);
};

/** Plain order of code units: the last word where everything else is equal. */
export const compareCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Natural order: runs of digits as numbers, letters without case. `rc2` comes before `rc10`. A total preorder: texts that
 * differ only in case or leading zeros are equal.
 */
export const compareNatural = (a: string, b: string): number => {
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(j);
    if (isDigit(left) && isDigit(right)) {
      const iEnd = digitsEnd(a, i);
      const jEnd = digitsEnd(b, j);
      const order = compareDigits(a.slice(i, iEnd), b.slice(j, jEnd));
      if (order !== 0) return order;
      i = iEnd;
      j = jEnd;
    } else {
      if (fold(left) !== fold(right)) return fold(left) - fold(right);
      i += 1;
      j += 1;
    }
  }
  return a.length - i - (b.length - j);
};
