import { readFile, stat } from 'node:fs/promises';
import type { Log } from '../parts';

/** Users of an htpasswd file by name. Only bcrypt hashes can match (distribution, registry/auth/htpasswd). */
export type HtpasswdUsers = ReadonlyMap<string, string>;

const bcryptPattern = /^\$2[aby]\$(?<cost>\d{2})\$[./A-Za-z0-9]{53}$/u;

export const isBcrypt = (hash: string): boolean => bcryptPattern.test(hash);

/**
 * Reads htpasswd text: one `user:hash` a line, split at the first colon; empty lines and lines that start with `#` are
 * passed over. Throws with the line number when a line has no colon: distribution refuses the whole file then.
 */
export function parseHtpasswd(text: string): HtpasswdUsers {
  const users = new Map<string, string>();
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const colon = line.indexOf(':');
    if (colon < 1) throw new Error(`line ${index + 1} of the htpasswd file is not user:hash`);
    users.set(line.slice(0, colon), line.slice(colon + 1));
  }
  return users;
}

/**
 * A hash that no password has, as costly to check as those in the file: an unknown user has to cost the same time as a
 * known one.
 */
export function decoyHash(users: HtpasswdUsers): string {
  const costs = [...users.values()].map((hash) => bcryptPattern.exec(hash)?.groups?.['cost']);
  const cost = costs.find((known) => known !== undefined) ?? '10';
  return `$2b$${cost}$${'.'.repeat(53)}`;
}

/** An htpasswd file that is read again when it changes. */
export class HtpasswdFile {
  #users: HtpasswdUsers = new Map();
  #stamp = '';
  #generation = 0;

  constructor(
    readonly file: string,
    readonly log: Log,
  ) {}

  get users(): HtpasswdUsers {
    return this.#users;
  }

  /** Grows with every change of the file, so that what was decided before it can be told apart. */
  get generation(): number {
    return this.#generation;
  }

  /** Throws when the file cannot be read or is no htpasswd file. */
  async load(): Promise<void> {
    const { mtimeMs, size, ino } = await stat(this.file);
    const users = parseHtpasswd(await readFile(this.file, 'utf8'));
    this.#stamp = `${mtimeMs} ${size} ${ino}`;
    this.#users = users;
    this.#generation += 1;
    for (const [user, hash] of users) {
      if (isBcrypt(hash)) continue;
      this.log({
        level: 'warn',
        event: 'htpasswd-hash-unusable',
        message: 'this user cannot sign in: only bcrypt hashes are checked (htpasswd -B)',
        fields: { user },
      });
    }
  }

  /** Reads the file again if it changed. What cannot be read leaves the users as they were, and is logged. */
  async refresh(): Promise<void> {
    try {
      const { mtimeMs, size, ino } = await stat(this.file);
      if (`${mtimeMs} ${size} ${ino}` !== this.#stamp) await this.load();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.log({ level: 'error', event: 'htpasswd-unreadable', message });
    }
  }
}
