const bytesOf: Readonly<Record<string, number>> = {
  b: 1,
  k: 1e3,
  kb: 1e3,
  kib: 1024,
  m: 1e6,
  mb: 1e6,
  mib: 1024 ** 2,
  g: 1e9,
  gb: 1e9,
  gib: 1024 ** 3,
  t: 1e12,
  tb: 1e12,
  tib: 1024 ** 4,
};

const dayMs = 86_400_000;
const millisecondsOf: Readonly<Record<string, number>> = {
  h: dayMs / 24,
  d: dayMs,
  w: 7 * dayMs,
  mo: 30.44 * dayMs,
  y: 365.25 * dayMs,
};

export type Comparison = {
  readonly operator: '>' | '>=' | '<' | '<=';
  readonly amount: number;
};

/** A value, or why it is none in one sentence. */
export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string };

const bad = (message: string): Parsed<never> => ({ ok: false, message });

const comparisonPattern = /^(>=|<=|>|<)?\s*(\d+(?:\.\d+)?)?\s*([A-Za-z]*)$/u;

type Words = {
  readonly key: string;
  readonly units: Readonly<Record<string, number>>;
  readonly example: string;
  readonly unitList: string;
};

const isOperator = (text: string | undefined): text is Comparison['operator'] =>
  text === '>' || text === '>=' || text === '<' || text === '<=';

const parseComparison = (value: string, words: Words): Parsed<Comparison> => {
  const match = comparisonPattern.exec(value.trim());
  if (match === null) {
    return bad(`${words.key}: cannot be read. Write it like ${words.example}.`);
  }
  const [, operator, number, unit] = match;
  if (!isOperator(operator)) {
    return bad(`${words.key}: needs > or < in front of the number, like ${words.example}.`);
  }
  if (number === undefined) {
    return bad(`${words.key}: needs a number after ${operator}, like ${words.example}.`);
  }
  if (unit === undefined || unit === '') {
    return bad(`${words.key}: needs a unit after ${number}: ${words.unitList}.`);
  }
  const factor = Object.hasOwn(words.units, unit.toLowerCase())
    ? words.units[unit.toLowerCase()]
    : undefined;
  if (factor === undefined) {
    return bad(`${words.key}: does not know the unit “${unit}”. Use ${words.unitList}.`);
  }
  return { ok: true, value: { operator, amount: Number(number) * factor } };
};

/** ">100MB" → more than 100,000,000 bytes. */
export const parseSizeTerm = (value: string): Parsed<Comparison> =>
  parseComparison(value, {
    key: 'size',
    units: bytesOf,
    example: 'size:>100MB',
    unitList: 'B, kB, MB, GB, TB, or KiB, MiB, GiB, TiB',
  });

/** ">60d" → older than 60 days, in milliseconds. */
export const parseAgeTerm = (value: string): Parsed<Comparison> =>
  parseComparison(value, {
    key: 'age',
    units: millisecondsOf,
    example: 'age:>60d',
    unitList: 'h, d, w, mo or y',
  });

const comparisons: Readonly<
  Record<Comparison['operator'], (actual: number, amount: number) => boolean>
> = {
  '>': (actual, amount) => actual > amount,
  '>=': (actual, amount) => actual >= amount,
  '<': (actual, amount) => actual < amount,
  '<=': (actual, amount) => actual <= amount,
};

/** True when `actual` stands in the asked relation to the amount. */
export const compareAmount = (actual: number, { operator, amount }: Comparison): boolean =>
  comparisons[operator](actual, amount);
