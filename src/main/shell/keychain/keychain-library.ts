import type * as keytar from 'keytar';

/** The calls of keytar that are used. */
export type KeychainLibrary = Pick<
  typeof keytar,
  'getPassword' | 'setPassword' | 'deletePassword' | 'findCredentials'
>;

/**
 * Loads keytar when it is needed: where its native part or libsecret is missing, this rejects, and the app starts all
 * the same.
 */
export async function loadKeychainLibrary(): Promise<KeychainLibrary> {
  const loaded: KeychainLibrary & { readonly default?: KeychainLibrary } = await import('keytar');
  return loaded.default ?? loaded;
}
