import { createHmac, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { RegistryFault } from '../errors';
import type { AuthAnswer } from '../handler';
import { BoundedMap } from '../storage/bounded-map';
import { parseBasic } from './basic';
import { decoyHash, isBcrypt, type HtpasswdFile } from './htpasswd';

/** Compares a password with a bcrypt hash. Injected, because bcrypt is no part of Node. */
export type CheckPassword = (hash: string, password: string) => Promise<boolean>;

/** A credential that was right once is not checked again for this long. */
const windowMs = 5 * 60 * 1000;
/** How often the file is looked at. */
const refreshMs = 1000;
const rememberedCredentials = 1024;
/** bcrypt takes tens of milliseconds of a core: more at once would only slow each other and everything else. */
const checksAtOnce = 2;
const maxWaitingChecks = 64;

type Remembered = Readonly<{ actor: string; expiresAtMs: number; generation: number }>;

/**
 * Basic authentication against an htpasswd file. bcrypt is paid once a credential and window: a header that was right
 * is remembered as its HMAC under a key of this process, which tells nothing about the password and cannot be timed.
 */
export class PasswordAuth {
  readonly #key = randomBytes(32);
  readonly #remembered = new BoundedMap<Remembered>(rememberedCredentials);
  readonly #checking = new Map<string, Promise<AuthAnswer>>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #refreshedAtMs = 0;

  constructor(
    readonly file: HtpasswdFile,
    readonly checkPassword: CheckPassword,
    readonly realm: string,
  ) {}

  readonly authenticate = (req: IncomingMessage): AuthAnswer | Promise<AuthAnswer> => {
    const header = req.headers.authorization;
    if (header === undefined) throw this.#unauthorized('this registry needs a user and password');
    const key = createHmac('sha256', this.#key).update(header).digest('base64');
    const nowMs = Date.now();
    const known = this.#remembered.peek(key);
    const isFresh = nowMs - this.#refreshedAtMs < refreshMs;
    if (isFresh && known !== undefined && this.#isValid(known, nowMs)) return known;
    const checking = this.#checking.get(key);
    if (checking !== undefined) return checking;
    const check = this.#check(header, key).finally(() => this.#checking.delete(key));
    this.#checking.set(key, check);
    return check;
  };

  #isValid(known: Remembered, nowMs: number): boolean {
    return known.generation === this.file.generation && known.expiresAtMs > nowMs;
  }

  async #check(header: string, key: string): Promise<AuthAnswer> {
    const nowMs = Date.now();
    if (nowMs - this.#refreshedAtMs >= refreshMs) {
      this.#refreshedAtMs = nowMs;
      await this.file.refresh();
    }
    const known = this.#remembered.peek(key);
    if (known !== undefined && this.#isValid(known, nowMs)) return known;
    const { generation } = this.file;
    const credential = parseBasic(header);
    if (credential === undefined) {
      throw this.#unauthorized('this registry takes Basic authentication only');
    }
    if (!(await this.#isRight(credential))) {
      throw this.#unauthorized('the user or the password is not right');
    }
    const actor = credential.user;
    this.#remembered.set(key, { actor, generation, expiresAtMs: Date.now() + windowMs });
    return { actor };
  }

  async #isRight({ user, password }: { user: string; password: string }): Promise<boolean> {
    const { users } = this.file;
    const hash = users.get(user);
    const isUsable = hash !== undefined && isBcrypt(hash);
    await this.#enter();
    try {
      const matches = await this.checkPassword(isUsable ? hash : decoyHash(users), password);
      return isUsable && matches;
    } finally {
      this.#leave();
    }
  }

  async #enter(): Promise<void> {
    if (this.#running < checksAtOnce) {
      this.#running += 1;
      return;
    }
    if (this.#waiting.length >= maxWaitingChecks) {
      throw new RegistryFault(
        429,
        'TOOMANYREQUESTS',
        'too many passwords are being checked; try again in a moment',
        undefined,
        { 'Retry-After': '1' },
      );
    }
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running -= 1;
    else next();
  }

  #unauthorized(message: string): RegistryFault {
    return new RegistryFault(401, 'UNAUTHORIZED', message, undefined, {
      'WWW-Authenticate': `Basic realm="${this.realm}", charset="UTF-8"`,
    });
  }
}
