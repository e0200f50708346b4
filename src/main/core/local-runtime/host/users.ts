import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomically } from '#core/settings/atomic-file';
import { RuntimeProblem } from '../view';

/** bcrypt's cost: about 60 ms on a laptop. */
const cost = 10;
/** 256 random bits need no slow hash. */
const ownCost = 4;
/** bcrypt reads no further, and Go's refuses more. */
const maxPasswordBytes = 72;
const minPasswordLength = 8;
const maxUsers = 1000;

export type Login = { readonly username: string; readonly password: string };

/** The registry's users, as an htpasswd file with bcrypt hashes that only this user may read. */
export class Users {
  /** Users only. */
  readonly #file: string;
  /** Users and the app's own: what the registry reads. */
  readonly servedFile: string;
  #hashes: ReadonlyMap<string, string> = new Map();
  /** Why the list cannot be read. Without it nobody may be let in, and nothing may be written over it. */
  #problem: RuntimeProblem | undefined;
  #own: (Login & { readonly hash: string }) | undefined;

  constructor(readonly folder: string) {
    this.#file = join(folder, 'users.htpasswd');
    this.servedFile = join(folder, 'served.htpasswd');
    try {
      this.#hashes = readUsers(this.#file);
    } catch (cause) {
      const message = `The list of the local registry's users cannot be read from ${this.#file}. Give your user the right to read it, or remove it to begin without users, then start Tagboat again.`;
      this.#problem = new RuntimeProblem('storage-failed', message, { cause });
    }
  }

  get names(): readonly string[] {
    return [...this.#hashes.keys()];
  }

  get isEmpty(): boolean {
    return this.#hashes.size === 0;
  }

  get ownLogin(): Login | undefined {
    if (this.#own === undefined) return undefined;
    const { username, password } = this.#own;
    return { username, password };
  }

  /** The text of an htpasswd file. */
  format(): string {
    return [...this.#hashes].map(([name, hash]) => `${name}:${hash}\n`).join('');
  }

  async add(name: string, password: string): Promise<void> {
    this.#assertKnown();
    checkLogin(name, password);
    if (this.#hashes.has(name)) {
      throw new RuntimeProblem(
        'already-exists',
        `There is a user "${name}" already. Choose another name, or remove that user first.`,
        { field: 'name' },
      );
    }
    if (this.#hashes.size >= maxUsers) {
      throw new RuntimeProblem('input-invalid', `More than ${maxUsers} users are not kept.`);
    }
    const { hash } = await import('bcryptjs');
    const entry = [name, await hash(password, cost)] as const;
    await this.#replace(new Map([...this.#hashes, entry]));
  }

  async remove(name: string): Promise<void> {
    if (!this.#hashes.has(name)) {
      throw new RuntimeProblem('not-found', `There is no user "${name}".`, { field: 'name' });
    }
    await this.#replace(new Map([...this.#hashes].filter(([known]) => known !== name)));
  }

  /** Makes the app's own user anew and writes the file that the registry reads; undefined while there are no users. */
  async serve(): Promise<string | undefined> {
    this.#assertKnown();
    this.forgetOwn();
    if (this.isEmpty) return undefined;
    const { hash } = await import('bcryptjs');
    const username = `tagboat-${randomBytes(8).toString('hex')}`;
    const password = randomBytes(32).toString('base64url');
    this.#own = { username, password, hash: await hash(password, ownCost) };
    await this.#writeServed();
    return this.servedFile;
  }

  forgetOwn(): void {
    this.#own = undefined;
  }

  #assertKnown(): void {
    if (this.#problem !== undefined) throw this.#problem;
  }

  async #replace(hashes: ReadonlyMap<string, string>): Promise<void> {
    const before = this.#hashes;
    this.#hashes = hashes;
    try {
      await writeFileAtomically(this.#file, this.format());
      if (this.#own !== undefined) await this.#writeServed();
    } catch (error) {
      this.#hashes = before;
      throw new RuntimeProblem(
        'storage-failed',
        `The list of users could not be saved in ${this.folder}. Check that its disk has space and that you may write there, then try again.`,
        { cause: error },
      );
    }
  }

  /** The own user comes last: an unknown name has to cost as much time as the first one. */
  async #writeServed(): Promise<void> {
    if (this.#own === undefined) return;
    const { username, hash } = this.#own;
    await writeFileAtomically(this.servedFile, `${this.format()}${username}:${hash}\n`);
  }
}

function checkLogin(name: string, password: string): void {
  if (!/^[^:\s\p{Cc}#][^:\s\p{Cc}]{0,254}$/u.test(name)) {
    throw new RuntimeProblem(
      'input-invalid',
      'A user name has up to 255 characters, no colon and no space, and does not start with #.',
      { field: 'name' },
    );
  }
  if (password.length < minPasswordLength) {
    throw new RuntimeProblem(
      'input-invalid',
      `A password needs at least ${minPasswordLength} characters.`,
      { field: 'password' },
    );
  }
  if (Buffer.byteLength(password) > maxPasswordBytes) {
    throw new RuntimeProblem(
      'input-invalid',
      `A password may have at most ${maxPasswordBytes} bytes, because bcrypt reads no further. Choose a shorter one.`,
      { field: 'password' },
    );
  }
}

/** A file that is not there has no users. */
function readUsers(file: string): ReadonlyMap<string, string> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return new Map();
    throw error;
  }
  const users = new Map<string, string>();
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0 && !line.startsWith('#')) users.set(line.slice(0, colon), line.slice(colon + 1));
  }
  return users;
}
