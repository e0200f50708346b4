import { parseArgs, type ParseArgsConfig } from 'node:util';
import { UsageError } from './exit';

type Options = NonNullable<ParseArgsConfig['options']>;

/** Reads the options of one command; anything else on the line is a usage error. */
export function readOptions<Known extends Options>(
  args: readonly string[],
  options: Known,
): ReturnType<typeof parseArgs<{ args: string[]; options: Known; strict: true }>>['values'] {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    // Node adds advice about positional arguments that does not fit here.
    throw new UsageError(`${text.split('. ')[0] ?? text}.`);
  }
}

/** A whole number in a range. */
export function readWholeNumber(
  text: string,
  name: string,
  range: { min: number; max: number },
): number {
  const number = /^\d+$/u.test(text) ? Number(text) : Number.NaN;
  if (number >= range.min && number <= range.max) return number;
  throw new UsageError(
    `${name} has to be a whole number from ${range.min} to ${range.max}, not "${text}".`,
  );
}

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `90s`, `15m`, `1h`, `7d`, or `0`. In milliseconds. */
export function readDuration(text: string, name: string): number {
  const match = /^(\d{1,9})(ms|s|m|h|d)$/u.exec(text);
  if (text === '0') return 0;
  if (match === null) {
    throw new UsageError(`${name} has to be a time such as 30s, 15m, 1h or 7d, not "${text}".`);
  }
  return Number(match[1]) * unitMs[match[2] as keyof typeof unitMs];
}

/** An option that a command cannot do without. */
export function required(value: string | undefined, name: string): string {
  if (value === undefined || value === '') throw new UsageError(`${name} is needed.`);
  return value;
}
