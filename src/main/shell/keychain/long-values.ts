import { randomBytes } from 'node:crypto';

/** A keychain as a map from account to text. */
export interface Values {
  get(account: string): Promise<string | undefined>;
  set(account: string, value: string): Promise<void>;
  delete(account: string): Promise<void>;
  accounts(): Promise<readonly string[]>;
}

const partPattern = /#part-[0-9a-f]{8}-\d+$/u;
const headPrefix = 'tagboat-parts:';

/**
 * Spreads long values over several accounts: Windows keeps at most 2,560 bytes in one (CRED_MAX_CREDENTIAL_BLOB_SIZE),
 * less than a private key or a cloud registry's token. The parts are written before the head that names them, so a
 * crash leaves the old value.
 */
export function splitLongValues(inner: Values, maxBytes: number): Values {
  const partsOf = async (account: string): Promise<readonly string[]> => {
    const head = await inner.get(account);
    return head?.startsWith(headPrefix) === true ? head.slice(headPrefix.length).split(',') : [];
  };
  const deleteAll = async (accounts: readonly string[]): Promise<void> => {
    for (const account of accounts) await inner.delete(account);
  };
  /** Writes the value in parts if it has to, and returns what belongs into the account itself. */
  const spread = async (account: string, value: string): Promise<string> => {
    if (Buffer.byteLength(value) <= maxBytes && !value.startsWith(headPrefix)) return value;
    const text = Buffer.from(value).toString('base64');
    const generation = randomBytes(4).toString('hex');
    const names: string[] = [];
    for (let start = 0; start < text.length; start += maxBytes) {
      const name = `#part-${generation}-${names.length}`;
      await inner.set(`${account}${name}`, text.slice(start, start + maxBytes));
      names.push(name);
    }
    return `${headPrefix}${names.join(',')}`;
  };

  return {
    async get(account) {
      const head = await inner.get(account);
      if (head?.startsWith(headPrefix) !== true) return head;
      const names = head.slice(headPrefix.length).split(',');
      const parts = await inSequence(names, (name) => inner.get(`${account}${name}`));
      if (parts.includes(undefined)) return undefined;
      return Buffer.from(parts.join(''), 'base64').toString('utf8');
    },
    async set(account, value) {
      const old = await partsOf(account);
      await inner.set(account, await spread(account, value));
      await deleteAll(old.map((name) => `${account}${name}`));
    },
    async delete(account) {
      const old = await partsOf(account);
      await inner.delete(account);
      await deleteAll(old.map((name) => `${account}${name}`));
    },
    accounts: async () => (await inner.accounts()).filter((account) => !partPattern.test(account)),
  };
}

async function inSequence<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}
