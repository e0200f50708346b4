import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { chooseStore, moveSecrets } from '#core/credentials/choose-store';
import type { StoreProbe } from '#core/credentials/choose-store';
import { createEncryptedFileStore } from '#core/credentials/encrypted-file-store';
import type { OpenedCredentialStore, StoreNotice } from '#core/credentials/store';
import type { Keychain } from './keytar-store';
import type { EncryptionProbe } from './safe-storage';

export type OsCredentialStoreOptions = {
  readonly userDataDir: string;
  readonly keychain: Keychain;
  readonly probeEncryption: () => Promise<EncryptionProbe>;
};

/**
 * Keychain, else encrypted file, else memory. What an earlier run kept in the encrypted file moves to the keychain.
 * Never throws and never hangs: what could not be used stands in the notice.
 */
export async function openOsCredentialStore(
  options: OsCredentialStoreOptions,
): Promise<OpenedCredentialStore> {
  const path = join(options.userDataDir, 'credentials.bin');
  const damage: StoreNotice[] = [];
  const probeFile = async (): Promise<StoreProbe> => {
    const probe = await options.probeEncryption();
    if (!probe.usable) return probe;
    const { encryption } = probe;
    const store = createEncryptedFileStore({
      path,
      encryption,
      onDamage: (notice) => damage.push(notice),
    });
    // Reads the file once, so that damage is told when the store is opened.
    await store.keys();
    return { usable: true, store };
  };

  const chosen = await chooseStore({
    keychain: () => options.keychain.probe(),
    encryptedFile: probeFile,
  });
  if (chosen.store.kind === 'keychain' && existsSync(path)) {
    await moveFromFile(probeFile, path, chosen);
  }
  const notice = chosen.notice ?? damage[0];
  return notice === undefined ? chosen : { ...chosen, notice };
}

/** What cannot be moved now stays in its file, for the next start. */
async function moveFromFile(
  probeFile: () => Promise<StoreProbe>,
  path: string,
  { store }: OpenedCredentialStore,
): Promise<void> {
  try {
    const file = await probeFile();
    if (!file.usable) return;
    await moveSecrets(file.store, store);
    const left = await file.store.keys();
    await file.store.close();
    if (left.length === 0) await rm(path, { force: true });
  } catch {
    // The keychain works for everything else; nothing was removed that did not arrive.
  }
}
