import { describe, expect, it } from 'vitest';
import { chooseStore, moveSecrets } from '#core/credentials/choose-store';
import type { StoreProbe } from '#core/credentials/choose-store';
import { createMemoryStore } from '#core/credentials/memory-store';
import type { CredentialStore, CredentialStoreKind } from '#core/credentials/store';

const storeOf = (kind: CredentialStoreKind): CredentialStore => ({ ...createMemoryStore(), kind });
const works = (kind: CredentialStoreKind) => async (): Promise<StoreProbe> => ({
  usable: true,
  store: storeOf(kind),
});
const fails = (reason: string) => async (): Promise<StoreProbe> => ({ usable: false, reason });
const never = async (): Promise<StoreProbe> => {
  throw new Error('must not be asked');
};

describe('chooseStore', () => {
  it('takes the keychain and does not ask further', async () => {
    let isAsked = false;
    const encryptedFile = async (): Promise<StoreProbe> => {
      isAsked = true;
      return never();
    };
    const chosen = await chooseStore({ keychain: works('keychain'), encryptedFile });
    expect(chosen).toMatchObject({ store: { kind: 'keychain' }, keptIn: 'OS keychain' });
    expect(chosen.notice).toBeUndefined();
    expect(isAsked).toBe(false);
  });

  it('takes the encrypted file where there is no keychain', async () => {
    const chosen = await chooseStore({
      keychain: fails('it refused'),
      encryptedFile: works('encrypted-file'),
    });
    expect(chosen.store.kind).toBe('encrypted-file');
    expect(chosen.notice).toBeUndefined();
  });

  it('takes memory with a notice that gives both reasons, never a plain file', async () => {
    const chosen = await chooseStore({
      keychain: fails('it refused (no D-Bus)'),
      encryptedFile: fails('the desktop keeps no key for it'),
    });
    expect(chosen.store.kind).toBe('memory');
    expect(chosen.keptIn).toBe('memory, until Tagboat closes');
    expect(chosen.notice?.title).toBe('Credentials are not saved');
    expect(chosen.notice?.message).toContain('it refused (no D-Bus).');
    expect(chosen.notice?.message).toContain('the desktop keeps no key for it.');
  });

  it('survives probes that throw', async () => {
    const chosen = await chooseStore({ keychain: never, encryptedFile: never });
    expect(chosen.store.kind).toBe('memory');
    expect(chosen.notice?.message).toContain('the attempt failed');
  });
});

describe('moveSecrets', () => {
  it('moves everything and replaces nothing', async () => {
    const from = createMemoryStore();
    const to = createMemoryStore();
    await from.set('a', { kind: 'bearer', secret: 'old a' });
    await from.set('b', { kind: 'bearer', secret: 'old b' });
    await to.set('b', { kind: 'bearer', secret: 'new b' });
    await moveSecrets(from, to);
    expect(await from.keys()).toEqual([]);
    expect(await to.get('a')).toEqual({ kind: 'bearer', secret: 'old a' });
    expect(await to.get('b')).toEqual({ kind: 'bearer', secret: 'new b' });
  });

  it('removes nothing that did not arrive', async () => {
    const from = createMemoryStore();
    await from.set('a', { kind: 'bearer', secret: 'x' });
    const forgetful = { ...createMemoryStore(), set: async () => undefined };
    await moveSecrets(from, forgetful);
    expect(await from.keys()).toEqual(['a']);
  });
});
