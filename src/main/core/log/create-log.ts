import { fieldKind } from './fields';
import type { FieldKind, LogFields } from './fields';
import type { Log, LogLevel } from './log';
import { redactUrl, scrubText } from './redact';

export type CreateLogOptions = {
  /** Gets one JSON object a line, without the line end. */
  readonly write: (line: string) => void;
  /** The least level that is written; `info` by default. */
  readonly level?: LogLevel;
  readonly now?: () => Date;
};

const ranks: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };
const maxTextLength = 1024;
const maxCauses = 3;
const omitted = '[omitted]';

type Value = string | number | boolean;

/** Makes a log of JSON lines: `{"time":…,"level":…,"message":…,…fields}`. */
export function createLog(options: CreateLogOptions): Log {
  const threshold = ranks[options.level ?? 'info'];
  const now = options.now ?? (() => new Date());

  const build = (standing: LogFields): Log => {
    const at =
      (level: LogLevel) =>
      (message: string, fields: LogFields = {}): void => {
        if (ranks[level] < threshold) return;
        const head = { time: now().toISOString(), level, message: shorten(scrubText(message)) };
        options.write(JSON.stringify({ ...head, ...printable({ ...standing, ...fields }) }));
      };
    return {
      debug: at('debug'),
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      with: (fields) => build({ ...standing, ...fields }),
    };
  };
  return build({});
}

/** Only names on the list, only values of the expected type. */
function printable(fields: Readonly<Record<string, unknown>>): Record<string, Value> {
  const result: Record<string, Value> = {};
  for (const [name, value] of Object.entries(fields)) {
    const kind = fieldKind(name);
    if (kind === undefined || value === undefined) continue;
    result[name] = printValue(kind, value);
  }
  return result;
}

function printValue(kind: FieldKind, value: unknown): Value {
  try {
    if (kind === 'error') return shorten(describeError(value));
    if (kind === 'url' && (typeof value === 'string' || value instanceof URL)) {
      return shorten(redactUrl(value));
    }
    if (kind === 'text' && typeof value === 'string') return shorten(scrubText(value));
    if (kind === 'number' && typeof value === 'number' && Number.isFinite(value)) return value;
    if (kind === 'boolean' && typeof value === 'boolean') return value;
  } catch {
    // A getter of a foreign error threw; the log goes on without it.
  }
  return omitted;
}

/** `TypeError: fetch failed < Error ECONNREFUSED: connect …`: names, codes and messages of an error and its causes. */
function describeError(error: unknown): string {
  const parts: string[] = [];
  let current: unknown = error;
  for (let depth = 0; current instanceof Error && depth <= maxCauses; depth += 1) {
    const code = 'code' in current && typeof current.code === 'string' ? ` ${current.code}` : '';
    parts.push(`${current.name}${code}: ${current.message}`);
    current = current.cause;
  }
  return parts.length === 0 ? omitted : parts.map(scrubText).join(' < ');
}

function shorten(text: string): string {
  return text.length <= maxTextLength ? text : `${text.slice(0, maxTextLength)}…`;
}
