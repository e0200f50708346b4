import type { Encryption } from '#core/credentials/encrypted-file-store';

/**
 * The calls of Electron's safeStorage that are used. The asynchronous ones are missing in older releases (33), the
 * synchronous ones are announced to go (46): each may be absent.
 */
export type SafeStorageCalls = {
  readonly isEncryptionAvailable?: () => boolean;
  readonly encryptString?: (text: string) => Buffer;
  readonly decryptString?: (bytes: Buffer) => string;
  readonly isAsyncEncryptionAvailable?: () => Promise<boolean>;
  readonly encryptStringAsync?: (text: string) => Promise<Buffer>;
  readonly decryptStringAsync?: (bytes: Buffer) => Promise<{ readonly result: string }>;
  /** Linux only. */
  readonly getSelectedStorageBackend?: () => string;
};

export type EncryptionProbe =
  | { readonly usable: true; readonly encryption: Encryption }
  | { readonly usable: false; readonly reason: string };

/** Backends whose key is kept by the desktop. `basic_text` is a key in the program itself, which hides nothing. */
const realBackends = new Set(['gnome_libsecret', 'kwallet', 'kwallet5', 'kwallet6']);

/** Whether Electron can encrypt with a key that the operating system keeps. To be asked after the app is ready. */
export async function probeSafeStorage(
  calls: SafeStorageCalls,
  platform: NodeJS.Platform = process.platform,
): Promise<EncryptionProbe> {
  if (platform === 'linux' && !realBackends.has(calls.getSelectedStorageBackend?.() ?? 'unknown')) {
    return { usable: false, reason: 'the desktop keeps no key for it' };
  }
  const encryption = (await asyncEncryption(calls)) ?? syncEncryption(calls);
  return encryption === undefined
    ? { usable: false, reason: 'it is not available' }
    : { usable: true, encryption };
}

async function asyncEncryption(calls: SafeStorageCalls): Promise<Encryption | undefined> {
  const encrypt = calls.encryptStringAsync?.bind(calls);
  const decrypt = calls.decryptStringAsync?.bind(calls);
  if (encrypt === undefined || decrypt === undefined) return undefined;
  if ((await calls.isAsyncEncryptionAvailable?.()) !== true) return undefined;
  return {
    encrypt: (text) => encrypt(text),
    decrypt: async (bytes) => (await decrypt(bytes)).result,
  };
}

function syncEncryption(calls: SafeStorageCalls): Encryption | undefined {
  const encrypt = calls.encryptString?.bind(calls);
  const decrypt = calls.decryptString?.bind(calls);
  if (encrypt === undefined || decrypt === undefined) return undefined;
  if (calls.isEncryptionAvailable?.() !== true) return undefined;
  return {
    encrypt: async (text) => encrypt(text),
    decrypt: async (bytes) => decrypt(bytes),
  };
}
