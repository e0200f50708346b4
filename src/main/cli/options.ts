import { UsageError } from './exit';

/** What a command takes: `text` options need a value, `texts` may be given again, `flag` stands alone. */
type OptionKinds = Readonly<Record<string, 'text' | 'texts' | 'flag'>>;

type OptionValues<Kinds extends OptionKinds> = {
  [Name in keyof Kinds]: Kinds[Name] extends 'flag'
    ? boolean
    : Kinds[Name] extends 'texts'
      ? string[]
      : string | undefined;
};

/**
 * Reads `--name value` and `--name=value`; anything else on the line is a usage error. Node's parseArgs does the same,
 * but loading it costs a tenth of the time in which the registry starts.
 */
export function readOptions<Kinds extends OptionKinds>(
  args: readonly string[],
  kinds: Kinds,
): OptionValues<Kinds> {
  const values: Record<string, string | string[] | boolean | undefined> = {};
  for (const [name, kind] of Object.entries(kinds)) {
    if (kind !== 'text') values[name] = kind === 'flag' ? false : [];
  }
  for (let index = 0; index < args.length; index += 1) {
    const { name, inline } = splitArgument(args[index] ?? '');
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
    if (kind === undefined) throw new UsageError(`There is no option --${name}.`);
    if (kind === 'flag') {
      if (inline !== undefined) throw new UsageError(`--${name} takes no value.`);
      values[name] = true;
      continue;
    }
    const value = inline ?? args[(index += 1)];
    if (value === undefined || value === '') throw new UsageError(`--${name} needs a value.`);
    const earlier = values[name];
    values[name] = Array.isArray(earlier) ? [...earlier, value] : value;
  }
  return values as OptionValues<Kinds>;
}

function splitArgument(text: string): { name: string; inline: string | undefined } {
  if (!text.startsWith('--')) throw new UsageError(`"${text}" is not expected here.`);
  const equals = text.indexOf('=');
  if (equals < 0) return { name: text.slice(2), inline: undefined };
  return { name: text.slice(2, equals), inline: text.slice(equals + 1) };
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
