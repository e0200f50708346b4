import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isCredentialError } from '#core/credentials/credential-error';
import { createEncryptedFileStore } from '#core/credentials/encrypted-file-store';
import type { Encryption } from '#core/credentials/encrypted-file-store';
import { createLazyStore } from '#core/credentials/lazy-store';
import { createMemoryStore } from '#core/credentials/memory-store';
import type { CredentialStore, StoreNotice } from '#core/credentials/store';
import { describeCredentialStore } from './store-contract';

/** AES-256-GCM, as an operating system would do it. */
function createTestEncryption(key = randomBytes(32)): Encryption {
  return {
    async encrypt(text) {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), body]);
    },
    async decrypt(bytes) {
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12));
      decipher.setAuthTag(bytes.subarray(12, 28));
      return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString(
        'utf8',
      );
    },
  };
}

let directory: string;
let encryption: Encryption;
let notices: StoreNotice[];
const path = (): string => join(directory, 'profile', 'credentials.bin');
const openFileStore = (): CredentialStore =>
  createEncryptedFileStore({
    path: path(),
    encryption,
    onDamage: (notice) => notices.push(notice),
  });

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tagboat-credentials-'));
  encryption = createTestEncryption();
  notices = [];
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describeCredentialStore('memory', { open: async () => createMemoryStore() });
describeCredentialStore('encrypted file', {
  open: async () => openFileStore(),
  reopen: async () => openFileStore(),
});

describe('the memory store', () => {
  it('forgets everything when it is closed', async () => {
    const store = createMemoryStore();
    await store.set('a', { kind: 'bearer', secret: 'x' });
    await store.close();
    expect(await store.get('a')).toBeUndefined();
  });
});

describe('the encrypted file', () => {
  it('never holds a secret, a user name or a key in the clear', async () => {
    const store = openFileStore();
    await store.set('registry/r-1/h/login', {
      kind: 'password',
      username: 'alice',
      secret: 'hunter2',
    });
    const files = await readdir(join(directory, 'profile'));
    expect(files).toEqual(['credentials.bin']);
    const bytes = await readFile(path(), 'latin1');
    for (const word of ['hunter2', 'alice', 'registry/r-1', 'aHVudGVyMg']) {
      expect(bytes).not.toContain(word);
    }
  });

  it.skipIf(process.platform === 'win32')('can be read by its owner only', async () => {
    await openFileStore().set('a', { kind: 'bearer', secret: 'x' });
    expect((await stat(path())).mode & 0o777).toBe(0o600);
    expect((await stat(join(directory, 'profile'))).mode & 0o777).toBe(0o700);
  });

  it.each([
    ['changed', (bytes: Buffer) => Buffer.from(bytes.map((byte) => byte ^ 1))],
    ['cut short', (bytes: Buffer) => bytes.subarray(0, 10)],
    ['emptied', () => Buffer.alloc(0)],
  ])('that was %s is kept aside and told; the store starts empty', async (_name, damage) => {
    await openFileStore().set('a', { kind: 'bearer', secret: 'x' });
    const damaged = damage(await readFile(path()));
    await writeFile(path(), damaged);
    const store = openFileStore();
    expect(await store.get('a')).toBeUndefined();
    expect(notices).toHaveLength(1);
    const [aside = ''] = await readdir(join(directory, 'profile'));
    expect(aside).toMatch(/^credentials\.corrupt-\d{8}T\d{6}Z\.bin$/u);
    expect(notices[0]?.message).toContain(aside);
    expect(await readFile(join(directory, 'profile', aside))).toEqual(damaged);
    await store.set('b', { kind: 'bearer', secret: 'y' });
    expect(await openFileStore().keys()).toEqual(['b']);
    expect(notices).toHaveLength(1);
  });

  it('of another key is kept aside and told', async () => {
    await openFileStore().set('a', { kind: 'bearer', secret: 'x' });
    encryption = createTestEncryption();
    expect(await openFileStore().keys()).toEqual([]);
    expect(notices[0]?.title).toBe('The stored credentials cannot be read');
  });

  it('keeps what it understands of a file with an unknown kind of secret', async () => {
    const secrets = { a: { kind: 'bearer', secret: 'x' }, b: { kind: 'passkey', secret: 'y' } };
    await mkdir(join(directory, 'profile'));
    await writeFile(path(), await encryption.encrypt(JSON.stringify({ version: 1, secrets })));
    expect(await openFileStore().keys()).toEqual(['a']);
    expect(notices).toEqual([]);
  });

  it('that cannot be opened or written is an error without the secret', async () => {
    await mkdir(path(), { recursive: true });
    const store = openFileStore();
    const refusal = await store
      .set('a', { kind: 'bearer', secret: 'hunter2' })
      .catch((error: unknown) => error);
    expect(isCredentialError(refusal) && refusal.code).toBe('store-failed');
    expect(String(refusal)).not.toContain('hunter2');
    await expect(store.get('a')).rejects.toThrow('cannot be read');
  });

  it('goes on after a call that failed', async () => {
    const store = openFileStore();
    await mkdir(path(), { recursive: true });
    await expect(store.set('a', { kind: 'bearer', secret: 'x' })).rejects.toThrow('cannot be read');
    await rm(path(), { recursive: true });
    await store.set('a', { kind: 'bearer', secret: 'x' });
    expect(await store.keys()).toEqual(['a']);
  });
});

describe('createLazyStore', () => {
  it('opens nothing until it is asked, and then once', async () => {
    let opened = 0;
    const lazy = createLazyStore(async () => {
      opened += 1;
      return { store: createMemoryStore(), keptIn: 'memory' };
    });
    expect(opened).toBe(0);
    const [one, other] = await Promise.all([lazy.opened(), lazy.opened()]);
    expect(one).toBe(other);
    expect(opened).toBe(1);
    await lazy.close();
  });

  it('closes without opening, and without waiting for an opening under way', async () => {
    const opened: string[] = [];
    const lazy = createLazyStore(() => {
      opened.push('once');
      return new Promise(() => undefined);
    });
    await lazy.close();
    expect(opened).toEqual([]);
    void lazy.opened();
    await lazy.close();
    expect(opened).toEqual(['once']);
  });

  it('closes the store it opened', async () => {
    const store = createMemoryStore();
    const lazy = createLazyStore(async () => ({ store, keptIn: 'memory' }));
    await (await lazy.opened()).store.set('a', { kind: 'bearer', secret: 'x' });
    await lazy.close();
    expect(await store.keys()).toEqual([]);
  });
});
