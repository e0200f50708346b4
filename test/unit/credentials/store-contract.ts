import { describe, expect, it } from 'vitest';
import type { StoredSecret } from '#core/credentials/credential';
import type { CredentialStore } from '#core/credentials/store';

export type StoreUnderTest = {
  /** A new, empty store. */
  readonly open: () => Promise<CredentialStore>;
  /** The same store again, as a later run would open it; undefined where nothing outlives a run. */
  readonly reopen?: () => Promise<CredentialStore>;
};

export const exampleSecrets: Readonly<Record<string, StoredSecret>> = {
  password: { kind: 'password', username: 'alice', secret: 'pä$$ "word" \\ with : and 🔑\n' },
  'empty password': { kind: 'password', username: 'alice', secret: '' },
  'identity token': { kind: 'identity-token', secret: 'refresh' },
  'named identity token': { kind: 'identity-token', username: 'alice', secret: 'refresh' },
  bearer: { kind: 'bearer', secret: `eyJ${'x'.repeat(9000)}` },
  'client key': {
    kind: 'client-key',
    secret: `-----BEGIN PRIVATE KEY-----\n${'A'.repeat(64)}\n-----END PRIVATE KEY-----\n`,
    passphrase: 'open sesame',
  },
};

/** What every credential store promises. */
export function describeCredentialStore(name: string, subject: StoreUnderTest): void {
  describe(`${name} as a CredentialStore`, () => {
    it.each(Object.entries(exampleSecrets))('gives back a %s', async (_kind, secret) => {
      const store = await subject.open();
      await store.set('registry/r-1/h/login', secret);
      expect(await store.get('registry/r-1/h/login')).toEqual(secret);
      await store.close();
    });

    it('has nothing for a key that was never set', async () => {
      const store = await subject.open();
      expect(await store.get('registry/none/h/login')).toBeUndefined();
      await store.close();
    });

    it('replaces', async () => {
      const store = await subject.open();
      await store.set('a', { kind: 'bearer', secret: 'x'.repeat(9000) });
      await store.set('a', { kind: 'bearer', secret: 'two' });
      expect(await store.get('a')).toEqual({ kind: 'bearer', secret: 'two' });
      expect(await store.keys()).toEqual(['a']);
      await store.close();
    });

    it('deletes, also what is not there', async () => {
      const store = await subject.open();
      await store.set('a', { kind: 'bearer', secret: 'x'.repeat(9000) });
      await store.set('b', { kind: 'bearer', secret: 'two' });
      await store.delete('a');
      await store.delete('a');
      expect(await store.get('a')).toBeUndefined();
      expect(await store.get('b')).toEqual({ kind: 'bearer', secret: 'two' });
      expect(await store.keys()).toEqual(['b']);
      await store.close();
    });

    it('lists its keys in order', async () => {
      const store = await subject.open();
      for (const key of ['c', 'a', 'b']) await store.set(key, { kind: 'bearer', secret: 'x' });
      expect(await store.keys()).toEqual(['a', 'b', 'c']);
      await store.close();
    });

    it('loses nothing when many are set at once', async () => {
      const store = await subject.open();
      const keys = Array.from(
        { length: 12 },
        (_, index) => `key-${String(index).padStart(2, '0')}`,
      );
      await Promise.all(keys.map((key) => store.set(key, { kind: 'bearer', secret: `s-${key}` })));
      expect(await store.keys()).toEqual(keys);
      const read = await Promise.all(keys.map((key) => store.get(key)));
      expect(read.map((secret) => secret?.secret)).toEqual(keys.map((key) => `s-${key}`));
      await store.close();
    });

    const { reopen } = subject;
    if (reopen === undefined) return;
    it('keeps its secrets for a later run', async () => {
      const store = await subject.open();
      for (const [key, secret] of Object.entries(exampleSecrets)) await store.set(key, secret);
      await store.close();
      const later = await reopen();
      for (const [key, secret] of Object.entries(exampleSecrets)) {
        expect(await later.get(key)).toEqual(secret);
      }
      await later.close();
    });
  });
}
