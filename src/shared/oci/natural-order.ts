const ZERO = 48;
const NINE = 57;
const UPPER_A = 65;
const UPPER_Z = 90;
const TO_LOWER = 32;

/** Plain order of code units. */
export const compareCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const isDigit = (code: number): boolean => code >= ZERO && code <= NINE;

const fold = (code: number): number =>
  code >= UPPER_A && code <= UPPER_Z ? code + TO_LOWER : code;

/** The run of digits at `start`, so that code units order it as a number: "0", how many digits follow, and they. */
const pushNumber = (codes: number[], text: string, start: number): number => {
  let at = start;
  while (text.charCodeAt(at) === ZERO) at += 1;
  codes.push(ZERO, 0);
  const first = codes.length;
  for (; isDigit(text.charCodeAt(at)); at += 1) codes.push(text.charCodeAt(at));
  codes[first - 1] = codes.length - first;
  return at;
};

/**
 * Appends the code units of a key whose plain order is the natural order of the text: runs of digits as numbers of any
 * length, ASCII letters without case. Code units in a list, because joining thousands of short strings costs far more.
 */
export const pushNaturalKey = (codes: number[], text: string): void => {
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (isDigit(code)) {
      at = pushNumber(codes, text, at);
    } else {
      codes.push(fold(code));
      at += 1;
    }
  }
};
