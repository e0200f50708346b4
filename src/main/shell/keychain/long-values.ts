import { randomBytes } from 'node:crypto';

/** A keychain as a map from account to text. */
export interface Values {
  get(account: string): Promise<string | undefined>;
  set(account: string, value: string): Promise<void>;
  delete(account: string): Promise<void>;
  accounts(): Promise<readonly string[]>;
}

const partPattern = /#part-[0-9a-f]{8}-\d+$/u;
/** What stands in the account itself when the value is in parts: their generation and number. */
const headPattern = /^tagboat-parts:([0-9a-f]{8}):(\d{1,4})$/u;

/**
 * Spreads long values over several accounts: Windows keeps at most 2,560 bytes in one (CRED_MAX_CREDENTIAL_BLOB_SIZE),
 * less than a private key or a cloud registry's token. The parts are written before the head that names them, so a
 * crash leaves the old value.
 */
export function splitLongValues(inner: Values, maxBytes: number): Values {
  const deletePartsOf = async (account: string, head: string | undefined): Promise<void> => {
    for (const part of partAccounts(account, head) ?? []) await inner.delete(part);
  };
  /** Writes the value in parts if it has to, and returns what belongs into the account itself. */
  const spread = async (account: string, value: string): Promise<string> => {
    if (Buffer.byteLength(value) <= maxBytes && !headPattern.test(value)) return value;
    const text = Buffer.from(value).toString('base64');
    const count = Math.ceil(text.length / maxBytes);
    const head = `tagboat-parts:${randomBytes(4).toString('hex')}:${count}`;
    for (const [index, part] of (partAccounts(account, head) ?? []).entries()) {
      await inner.set(part, text.slice(index * maxBytes, (index + 1) * maxBytes));
    }
    return head;
  };

  return {
    async get(account) {
      const head = await inner.get(account);
      const accounts = partAccounts(account, head);
      if (accounts === undefined) return head;
      const parts = await inSequence(accounts, (part) => inner.get(part));
      if (parts.includes(undefined)) return undefined;
      return Buffer.from(parts.join(''), 'base64').toString('utf8');
    },
    async set(account, value) {
      const old = await inner.get(account);
      await inner.set(account, await spread(account, value));
      await deletePartsOf(account, old);
    },
    async delete(account) {
      const old = await inner.get(account);
      await inner.delete(account);
      await deletePartsOf(account, old);
    },
    accounts: async () => (await inner.accounts()).filter((account) => !partPattern.test(account)),
  };
}

/** Where the parts of a value are; undefined for a value that is whole. */
function partAccounts(account: string, head: string | undefined): string[] | undefined {
  const [, generation, count] = headPattern.exec(head ?? '') ?? [];
  if (generation === undefined) return undefined;
  return Array.from(
    { length: Number(count) },
    (_, index) => `${account}#part-${generation}-${index}`,
  );
}

async function inSequence<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}
