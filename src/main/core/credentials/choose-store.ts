import { createMemoryStore } from './memory-store';
import type { CredentialStore, OpenedCredentialStore } from './store';

/** Whether a kind of store works on this machine: the store itself, or why not, as a clause: "it refused". */
export type StoreProbe =
  | { readonly usable: true; readonly store: CredentialStore }
  | { readonly usable: false; readonly reason: string };

export type StoreProbes = {
  /** A real round trip through the operating system's keychain. */
  readonly keychain: () => Promise<StoreProbe>;
  /** Usable only where the encryption's key is kept by the operating system, not by the program. */
  readonly encryptedFile: () => Promise<StoreProbe>;
};

/**
 * The best place for secrets on this machine: the keychain, else an encrypted file, else memory with a notice.
 * There is no plain file to fall back to, on purpose. Never throws.
 */
export async function chooseStore(probes: StoreProbes): Promise<OpenedCredentialStore> {
  const keychain = await settle(probes.keychain);
  if (keychain.usable) return { store: keychain.store, keptIn: 'OS keychain' };
  const encryptedFile = await settle(probes.encryptedFile);
  if (encryptedFile.usable) {
    return { store: encryptedFile.store, keptIn: 'a file encrypted by the operating system' };
  }
  return {
    store: createMemoryStore(),
    keptIn: 'memory, until Tagboat closes',
    notice: {
      title: 'Credentials are not saved',
      message: `The OS keychain cannot be used: ${keychain.reason}. Encryption by the operating system cannot be used either: ${encryptedFile.reason}. Passwords stay in memory and are gone when Tagboat closes; logins of docker and podman still work. To have passwords saved, unlock the keychain (on Linux, GNOME Keyring or KWallet) and start Tagboat again.`,
    },
  };
}

async function settle(probe: () => Promise<StoreProbe>): Promise<StoreProbe> {
  try {
    return await probe();
  } catch {
    return { usable: false, reason: 'the attempt failed' };
  }
}

/**
 * Moves everything from one store to a better one, for a machine whose keychain came back. A secret is removed only
 * after it was read back; what the better store holds already is not replaced.
 */
export async function moveSecrets(from: CredentialStore, to: CredentialStore): Promise<void> {
  for (const key of await from.keys()) {
    const secret = await from.get(key);
    if (secret === undefined) continue;
    if ((await to.get(key)) === undefined) await to.set(key, secret);
    if ((await to.get(key)) !== undefined) await from.delete(key);
  }
}
