const ZERO = 48;
const NINE = 57;
const UPPER_A = 65;
const UPPER_Z = 90;
const TO_LOWER = 32;

/** Plain order of code units. */
export const compareCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Whether a code unit is an ASCII digit; NaN, past the end of a text, is none. */
export const isDigit = (code: number): boolean => code >= ZERO && code <= NINE;

const fold = (code: number): number =>
  code >= UPPER_A && code <= UPPER_Z ? code + TO_LOWER : code;

/**
 * Code units of one key after another in the same list: a list of its own for each of ten thousand keys is garbage that
 * takes longer to collect than the keys take to make.
 */
export type KeyWriter = {
  readonly push: (code: number) => void;
  /** The key, and an empty writer for the next one. */
  readonly take: () => string;
  readonly pushText: (text: string) => void;
};

export const createKeyWriter = (): KeyWriter => {
  const codes: number[] = [];
  let size = 0;
  const push = (code: number): void => {
    codes[size] = code;
    size += 1;
  };
  return {
    push,
    pushText: (text) => {
      for (let at = 0; at < text.length; at += 1) push(text.charCodeAt(at));
    },
    take: () => {
      codes.length = size;
      size = 0;
      return String.fromCharCode(...codes);
    },
  };
};

/** The run of digits at `start`, so that code units order it as a number: "0", how many digits follow, and they. Returns the place after it. */
export const pushNumber = (key: KeyWriter, text: string, start: number): number => {
  let first = start;
  while (text.charCodeAt(first) === ZERO) first += 1;
  let end = first;
  while (isDigit(text.charCodeAt(end))) end += 1;
  key.push(ZERO);
  key.push(end - first);
  for (let at = first; at < end; at += 1) key.push(text.charCodeAt(at));
  return end;
};

/**
 * Appends the code units of a key whose plain order is the natural order of the text: runs of digits as numbers of any
 * length, ASCII letters without case.
 */
export const pushNaturalKey = (key: KeyWriter, text: string, start = 0): void => {
  let at = start;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (isDigit(code)) {
      at = pushNumber(key, text, at);
    } else {
      key.push(fold(code));
      at += 1;
    }
  }
};
