/**
 * One challenge of a WWW-Authenticate header (RFC 9110, 11.6.1; formerly RFC 7235). Scheme and parameter
 * names are lower-case. `token68` is set instead of parameters for schemes such as Negotiate.
 */
export type Challenge = {
  scheme: string;
  parameters: Readonly<Record<string, string>>;
  token68?: string;
};

const tokenPattern = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y;
const token68Pattern = /[A-Za-z0-9\-._~+/]+=*/y;
const quotedPattern = /"((?:[^"\\]|\\.)*)"/y;
const spacePattern = /[ \t]*/y;
const listGapPattern = /[ \t,]*/y;

/** A challenge longer than this is not read: real ones are a few hundred characters. */
const MAX_HEADER_CHARS = 16 * 1024;

class Cursor {
  private position = 0;
  constructor(private readonly text: string) {}

  get isAtEnd(): boolean {
    return this.position >= this.text.length;
  }

  /** The match at this place, moving past it; undefined and unmoved when there is none. */
  take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.position;
    const match = pattern.exec(this.text);
    if (!match) return undefined;
    this.position = pattern.lastIndex;
    return match;
  }

  takeToken(): string | undefined {
    return this.take(tokenPattern)?.[0];
  }

  /** Runs `read`; goes back to where it began when that gives undefined. */
  attempt<T>(read: () => T | undefined): T | undefined {
    const start = this.position;
    const result = read();
    if (result === undefined) this.position = start;
    return result;
  }

  isAt(character: string): boolean {
    return this.text.startsWith(character, this.position);
  }

  /** Leaves malformed text behind, up to the next comma. */
  skipToComma(): void {
    const comma = this.text.indexOf(',', this.position);
    this.position = comma === -1 ? this.text.length : comma + 1;
  }
}

const unescapeQuoted = (text: string): string => text.replace(/\\(.)/gs, '$1');

/** `name = value` with a bare or quoted value. Undefined leaves the cursor for another reading. */
function readParameter(cursor: Cursor): [name: string, value: string] | undefined {
  return cursor.attempt(() => {
    const name = cursor.takeToken();
    cursor.take(spacePattern);
    if (name === undefined || !cursor.take(/=/y)) return undefined;
    cursor.take(spacePattern);
    const quoted = cursor.take(quotedPattern);
    const value = quoted ? unescapeQuoted(quoted[1] ?? '') : cursor.takeToken();
    return value === undefined ? undefined : [name.toLowerCase(), value];
  });
}

/** A token68 stands alone: only the end or a comma may follow. */
function readToken68(cursor: Cursor): string | undefined {
  return cursor.attempt(() => {
    const value = cursor.take(token68Pattern)?.[0];
    cursor.take(spacePattern);
    return cursor.isAtEnd || cursor.isAt(',') ? value : undefined;
  });
}

/** One or more parameters; the first must stand right here, the others follow commas. */
function readParameters(cursor: Cursor): Record<string, string> | undefined {
  const parameters = Object.create(null) as Record<string, string>;
  for (let isFirst = true; ; isFirst = false) {
    const parameter = cursor.attempt(() => {
      if (!isFirst) cursor.take(listGapPattern);
      return readParameter(cursor);
    });
    if (!parameter) return isFirst ? undefined : parameters;
    // The first of two equal names counts, so that nothing appended later can replace a realm.
    parameters[parameter[0]] ??= parameter[1];
  }
}

function readChallenge(cursor: Cursor): Challenge | undefined {
  return cursor.attempt(() => {
    const scheme = cursor.takeToken()?.toLowerCase();
    if (scheme === undefined) return undefined;
    const hasSpace = (cursor.take(spacePattern)?.[0].length ?? 0) > 0;
    if (!cursor.isAtEnd && !cursor.isAt(',') && !hasSpace) return undefined;
    const parameters = readParameters(cursor);
    if (parameters) return { scheme, parameters };
    const token68 = readToken68(cursor);
    return { scheme, parameters: {}, ...(token68 !== undefined && { token68 }) };
  });
}

/**
 * Reads every challenge of every WWW-Authenticate value, in any order and number. Malformed parts are
 * skipped up to the next comma; what can be read is kept.
 */
export function parseChallenges(values: readonly string[]): Challenge[] {
  return values.flatMap((value) => {
    const cursor = new Cursor(value.slice(0, MAX_HEADER_CHARS));
    const challenges: Challenge[] = [];
    while (!cursor.isAtEnd) {
      cursor.take(listGapPattern);
      if (cursor.isAtEnd) break;
      const challenge = readChallenge(cursor);
      if (challenge) challenges.push(challenge);
      else cursor.skipToComma();
    }
    return challenges;
  });
}

/** One header value for any number of challenges; the inverse of parseChallenges. */
export function formatChallenges(challenges: readonly Challenge[]): string {
  return challenges
    .map(({ scheme, parameters, token68 }) => {
      if (token68 !== undefined) return `${scheme} ${token68}`;
      const parts = Object.entries(parameters).map(
        ([name, value]) => `${name}="${value.replace(/["\\]/g, '\\$&')}"`,
      );
      return parts.length === 0 ? scheme : `${scheme} ${parts.join(',')}`;
    })
    .join(', ');
}
