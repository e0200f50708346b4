import { readFile, rm } from 'node:fs/promises';
import { z } from 'zod';
import { errorCode, keepFileAside, writeFileAtomically } from '#core/settings/atomic-file';
import type { StoredSecret } from './credential';
import { CredentialError } from './credential-error';
import { tryReadSecret } from './secret-text';
import type { CredentialStore, StoreNotice } from './store';

/** Real encryption with a key that the operating system keeps. */
export interface Encryption {
  encrypt(text: string): Promise<Buffer>;
  /** Throws when the bytes were not encrypted with this key, or were changed. */
  decrypt(bytes: Buffer): Promise<string>;
}

export type EncryptedFileStoreOptions = {
  readonly path: string;
  readonly encryption: Encryption;
  /** The file could not be decrypted or understood; a copy is kept and the store starts empty. */
  readonly onDamage: (notice: StoreNotice) => void;
};

type Secrets = ReadonlyMap<string, StoredSecret>;

const documentSchema = z.object({
  version: z.literal(1),
  secrets: z.record(z.string(), z.unknown()),
});

/** Keeps secrets in one encrypted file that only its owner may read. Calls run one after another. */
export function createEncryptedFileStore(options: EncryptedFileStoreOptions): CredentialStore {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
  const change = (edit: (secrets: Map<string, StoredSecret>) => void): Promise<void> =>
    inTurn(async () => {
      const secrets = new Map(await load(options));
      edit(secrets);
      await save(options, secrets);
    });

  return {
    kind: 'encrypted-file',
    get: (key) => inTurn(async () => (await load(options)).get(key)),
    set: (key, secret) => change((secrets) => secrets.set(key, secret)),
    delete: (key) => change((secrets) => secrets.delete(key)),
    keys: () => inTurn(async () => [...(await load(options)).keys()].sort()),
    async close() {
      await last;
    },
  };
}

async function load(options: EncryptedFileStoreOptions): Promise<Secrets> {
  const bytes = await readIfThere(options.path);
  if (bytes === undefined) return new Map();
  try {
    return parseSecrets(await options.encryption.decrypt(bytes));
  } catch {
    // Neither the bytes nor the error may be shown: both can hold parts of secrets.
    await setAside(options);
    return new Map();
  }
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw new CredentialError('store-failed', `The file of credentials cannot be read: ${path}.`, {
      cause: error,
    });
  }
}

/** Entries of kinds that this release does not know are left out. */
function parseSecrets(text: string): Secrets {
  const { secrets } = documentSchema.parse(JSON.parse(text));
  const known = new Map<string, StoredSecret>();
  for (const [key, value] of Object.entries(secrets)) {
    const secret = tryReadSecret(value);
    if (secret !== undefined) known.set(key, secret);
  }
  return known;
}

async function setAside({ path, onDamage }: EncryptedFileStoreOptions): Promise<void> {
  try {
    const aside = await keepFileAside(path, 'corrupt');
    await rm(path);
    onDamage({
      title: 'The stored credentials cannot be read',
      message: `Their file was damaged, or encrypted with a key that is gone. Enter the passwords again; the old file is kept as ${aside}.`,
    });
  } catch (error) {
    throw new CredentialError(
      'store-failed',
      `The file of credentials is damaged and cannot be set aside: ${path}.`,
      { cause: error },
    );
  }
}

async function save(options: EncryptedFileStoreOptions, secrets: Secrets): Promise<void> {
  try {
    const text = JSON.stringify({ version: 1, secrets: Object.fromEntries(secrets) });
    await writeFileAtomically(options.path, await options.encryption.encrypt(text), {
      mode: 0o600,
    });
  } catch (error) {
    throw new CredentialError(
      'store-failed',
      `The credential could not be saved in ${options.path}. Check that the disk is not full and the folder can be written.`,
      { cause: error },
    );
  }
}
