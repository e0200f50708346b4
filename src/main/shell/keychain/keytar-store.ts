import { randomBytes } from 'node:crypto';
import type { StoreProbe } from '#core/credentials/choose-store';
import { CredentialError } from '#core/credentials/credential-error';
import { formatSecret, tryParseSecret } from '#core/credentials/secret-text';
import type { CredentialStore } from '#core/credentials/store';
import type { KeychainLibrary } from './keychain-library';
import { splitLongValues } from './long-values';
import type { Values } from './long-values';
import { CallTimeout, createOneAtATime } from './one-at-a-time';
import type { OneAtATime } from './one-at-a-time';

export type KeychainOptions = {
  readonly load: () => Promise<KeychainLibrary>;
  /** The name that people see in their keychain. */
  readonly service?: string;
  /** Per call. Long enough for someone to type the keychain's password at its prompt. */
  readonly timeoutMs?: number;
  /** Longest value of one entry; what is longer is split. */
  readonly maxValueBytes?: number;
};

export interface Keychain {
  /** A real round trip; never hangs and never throws. */
  probe(): Promise<StoreProbe>;
  /**
   * A call has not been answered, and may never be. Its thread keeps the process from exiting (libuv joins its threads),
   * so the last thing to do at quit is then to end the process by a signal.
   */
  isBusy(): boolean;
}

/** The limit is 2,560 bytes on Windows; elsewhere it is far above anything kept here. */
const windowsMaxValueBytes = 2400;

/** The OS keychain: Keychain on macOS, Credential Manager on Windows, the Secret Service on Linux. */
export function createKeychain(options: KeychainOptions): Keychain {
  const turns = createOneAtATime(options.timeoutMs ?? 30_000);
  const service = options.service ?? 'Tagboat';
  const maxValueBytes =
    options.maxValueBytes ??
    (process.platform === 'win32' ? windowsMaxValueBytes : Number.MAX_SAFE_INTEGER);
  return {
    async probe() {
      try {
        const library = await options.load();
        const values = keychainValues(library, service, turns);
        await roundTrip(values);
        return { usable: true, store: keychainStore(splitLongValues(values, maxValueBytes)) };
      } catch (error) {
        return { usable: false, reason: probeReason(error) };
      }
    },
    isBusy: () => turns.isBusy(),
  };
}

function keychainValues(library: KeychainLibrary, service: string, turns: OneAtATime): Values {
  const call = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await turns.run(work);
    } catch (error) {
      throw new CredentialError('store-failed', describeFailure(error), { cause: error });
    }
  };
  return {
    get: async (account) => (await call(() => library.getPassword(service, account))) ?? undefined,
    set: (account, value) => call(() => library.setPassword(service, account, value)),
    async delete(account) {
      await call(() => library.deletePassword(service, account));
    },
    async accounts() {
      const found = await call(() => library.findCredentials(service));
      return found.map(({ account }) => account);
    },
  };
}

/** Whether a keychain answers, can keep something and give the same back. */
async function roundTrip(values: Values): Promise<void> {
  const account = `probe/${randomBytes(8).toString('hex')}`;
  const expected = randomBytes(8).toString('hex');
  await values.set(account, expected);
  const found = await values.get(account);
  await values.delete(account);
  if (found !== expected) {
    throw new CredentialError('store-failed', 'The keychain did not give back what was stored.');
  }
}

function keychainStore(values: Values): CredentialStore {
  return {
    kind: 'keychain',
    async get(key) {
      const value = await values.get(key);
      return value === undefined ? undefined : tryParseSecret(value);
    },
    set: (key, secret) => values.set(key, formatSecret(secret)),
    delete: (key) => values.delete(key),
    async keys() {
      const accounts = await values.accounts();
      return accounts.filter((account) => !account.startsWith('probe/')).sort();
    },
    close: async () => undefined,
  };
}

function describeFailure(error: unknown): string {
  if (error instanceof CallTimeout) {
    return 'The OS keychain did not answer. It may be waiting for its password: unlock it and try again.';
  }
  const reason = error instanceof Error && error.message !== '' ? ` (${error.message})` : '';
  return `The OS keychain refused${reason}. Unlock it and try again.`;
}

function probeReason(error: unknown): string {
  if (!(error instanceof CredentialError)) {
    return 'its library could not be loaded (on Linux that is libsecret, Debian package libsecret-1-0)';
  }
  const { cause } = error;
  if (cause instanceof CallTimeout) return 'it did not answer and may be waiting for its password';
  if (cause instanceof Error) return `it refused (${cause.message})`;
  return 'it did not give back what was stored';
}
