import type { StoredSecret } from './credential';

/** The places Tagboat itself writes secrets to. */
export type CredentialStoreKind = 'keychain' | 'encrypted-file' | 'memory';

/**
 * Keeps secrets by key (see credential-key.ts). Every call can fail with a `CredentialError`, because a keychain can be
 * locked or gone at any time. A value that cannot be read back counts as absent.
 */
export interface CredentialStore {
  readonly kind: CredentialStoreKind;
  get(key: string): Promise<StoredSecret | undefined>;
  set(key: string, secret: StoredSecret): Promise<void>;
  /** Removing what is not there is not an error. */
  delete(key: string): Promise<void>;
  /** All keys, sorted. */
  keys(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Something the user should read: a title of a few words and one or two plain sentences. */
export type StoreNotice = { readonly title: string; readonly message: string };

export type OpenedCredentialStore = {
  readonly store: CredentialStore;
  /** Plain words on where secrets are kept: "OS keychain", "memory, until Tagboat closes" … */
  readonly keptIn: string;
  readonly notice?: StoreNotice;
};

/** Opens on first use, so that a slow or locked keychain never delays the window. */
export interface LazyCredentialStore {
  /** Opens once; later calls get the same answer. */
  opened(): Promise<OpenedCredentialStore>;
  /** Closes what was opened; opens nothing, and does not wait for an opening under way. */
  close(): Promise<void>;
}
