import { app, safeStorage } from 'electron';
import type { OpenedCredentialStore } from '#core/credentials/store';
import { loadKeychainLibrary } from './keychain-library';
import { createKeychain } from './keytar-store';
import type { Keychain } from './keytar-store';
import { openOsCredentialStore } from './open-credential-store';
import { probeSafeStorage } from './safe-storage';

/**
 * Probes the machine and opens the credential store of a profile. Meant for `createLazyStore`, so that it happens at
 * first use and not at start. Never throws and never hangs.
 */
export function openCredentialStore(options: {
  readonly userDataDir: string;
}): Promise<OpenedCredentialStore> {
  const keychain = createKeychain({ load: loadKeychainLibrary });
  endWithUnansweredCalls(keychain);
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
 * The thread of a call that is never answered (a prompt that nobody saw, a dead Secret Service) keeps the process from
 * ending for a minute, and crashes it then. `quit` is the last event: everything that had to be saved is.
 */
function endWithUnansweredCalls(keychain: Keychain): void {
  app.once('quit', () => {
    if (keychain.isBusy()) process.kill(process.pid, 'SIGKILL');
  });
}
