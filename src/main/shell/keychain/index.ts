import { app, safeStorage } from 'electron';
import type { OpenedCredentialStore } from '#core/credentials/store';
import { loadKeychainLibrary } from './keychain-library';
import { createKeychain } from './keytar-store';
import { openOsCredentialStore } from './open-credential-store';
import { probeSafeStorage } from './safe-storage';

/** One for the process, because what a stuck call holds is the process. Nothing is loaded before the first probe. */
const keychain = createKeychain({ load: loadKeychainLibrary });

/**
 * Probes the machine and opens the credential store of a profile. Meant for `createLazyStore`, so that it happens at
 * first use and not at start. Never throws and never hangs.
 */
export function openCredentialStore(options: {
  readonly userDataDir: string;
}): Promise<OpenedCredentialStore> {
  return openOsCredentialStore({
    userDataDir: options.userDataDir,
    keychain,
    probeEncryption: async () => {
      await app.whenReady();
      return probeSafeStorage(safeStorage);
    },
  });
}

/**
 * A call to the keychain was never answered (a prompt that nobody saw, a dead Secret Service). Its thread keeps the
 * process from exiting, so when this is true at the very end of quitting, the process has to be ended by a signal.
 */
export function isKeychainStuck(): boolean {
  return keychain.isStuck();
}
