import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createKeychain } from '#shell/keychain/keytar-store';
import type { KeychainLibrary } from '#shell/keychain/keychain-library';
import { splitLongValues } from '#shell/keychain/long-values';
import type { Values } from '#shell/keychain/long-values';
import { CallTimeout, createOneAtATime } from '#shell/keychain/one-at-a-time';
import { openOsCredentialStore } from '#shell/keychain/open-credential-store';
import { probeSafeStorage } from '#shell/keychain/safe-storage';
import type { SafeStorageCalls } from '#shell/keychain/safe-storage';
import { describeCredentialStore } from './store-contract';

/** A keychain in memory with keytar's calls; `fail` makes each of them reject. */
function createLibrary(entries = new Map<string, string>(), fail?: () => Error): KeychainLibrary {
  const guard = async <T>(work: () => T): Promise<T> => {
    const error = fail?.();
    if (error !== undefined) throw error;
    return work();
  };
  return {
    getPassword: (_service, account) => guard(() => entries.get(account) ?? null),
    setPassword: (_service, account, value) => guard(() => void entries.set(account, value)),
    deletePassword: (_service, account) => guard(() => entries.delete(account)),
    findCredentials: () =>
      guard(() => [...entries].map(([account, password]) => ({ account, password }))),
  };
}

const longest = (entries: ReadonlyMap<string, string>): number =>
  Math.max(...[...entries.values()].map((value) => Buffer.byteLength(value)));

describe('splitLongValues', () => {
  const entries = new Map<string, string>();
  const inner: Values = {
    get: async (account) => entries.get(account),
    set: async (account, value) => void entries.set(account, value),
    delete: async (account) => void entries.delete(account),
    accounts: async () => [...entries.keys()],
  };
  const values = splitLongValues(inner, 100);
  beforeEach(() => entries.clear());

  it('leaves short values as they are', async () => {
    await values.set('a', 'short');
    expect(entries).toEqual(new Map([['a', 'short']]));
  });

  it('keeps no entry above the limit and gives the value back', async () => {
    const text = 'ä🔑'.repeat(200);
    await values.set('a', text);
    expect(longest(entries)).toBeLessThanOrEqual(100);
    expect(await values.get('a')).toBe(text);
    expect(await values.accounts()).toEqual(['a']);
  });

  it('leaves nothing behind when a value is replaced or deleted', async () => {
    await values.set('a', 'x'.repeat(1000));
    await values.set('a', 'y'.repeat(500));
    expect(await values.get('a')).toBe('y'.repeat(500));
    await values.set('a', 'short');
    expect([...entries.keys()]).toEqual(['a']);
    await values.set('a', 'x'.repeat(1000));
    await values.delete('a');
    expect(entries.size).toBe(0);
  });

  it('counts a value with a part missing as absent', async () => {
    await values.set('a', 'x'.repeat(1000));
    const part = [...entries.keys()].find((account) => account.includes('#part-')) ?? '';
    entries.delete(part);
    expect(await values.get('a')).toBeUndefined();
  });

  it('keeps a value that looks like its own marker', async () => {
    await values.set('a', 'tagboat-parts:00000000:2');
    expect(await values.get('a')).toBe('tagboat-parts:00000000:2');
  });

  it('keeps the old value when writing the new one breaks off', async () => {
    await values.set('a', 'x'.repeat(1000));
    let left = 3;
    const breaking = splitLongValues(
      {
        ...inner,
        async set(account, value) {
          left -= 1;
          if (left < 0) throw new Error('killed');
          await inner.set(account, value);
        },
      },
      100,
    );
    await expect(breaking.set('a', 'y'.repeat(1000))).rejects.toThrow('killed');
    expect(await values.get('a')).toBe('x'.repeat(1000));
  });
});

describe('createOneAtATime', () => {
  it('never runs two calls at once', async () => {
    const turns = createOneAtATime(10_000);
    let running = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
    };
    await Promise.all(Array.from({ length: 10 }, () => turns.run(work)));
    expect(most).toBe(1);
  });

  it('gives up on a call that hangs, refuses more at once, and recovers when it ends', async () => {
    const turns = createOneAtATime(5);
    let end: () => void = () => undefined;
    const hanging = new Promise<void>((resolve) => {
      end = resolve;
    });
    let isRun = false;
    await expect(turns.run(() => hanging)).rejects.toThrow(CallTimeout);
    expect(turns.isBusy()).toBe(true);
    const refused = turns.run(async () => {
      isRun = true;
    });
    await expect(refused).rejects.toThrow(CallTimeout);
    expect(isRun).toBe(false);
    end();
    await expect.poll(() => turns.isBusy()).toBe(false);
    expect(await turns.run(async () => 'works')).toBe('works');
  });

  it('passes failures on and goes on', async () => {
    const turns = createOneAtATime(10_000);
    const failing = async (): Promise<never> => {
      throw new Error('no');
    };
    await expect(turns.run(failing)).rejects.toThrow('no');
    expect(await turns.run(async () => 'works')).toBe('works');
  });

  it('is not left busy by a call that throws before it starts', async () => {
    const turns = createOneAtATime(10_000);
    const throwing = (): Promise<never> => {
      throw new TypeError('Password is required.');
    };
    await expect(turns.run(throwing)).rejects.toThrow('Password is required.');
    expect(turns.isBusy()).toBe(false);
  });
});

describe('the keychain probe', () => {
  it('does a round trip and leaves nothing behind', async () => {
    const entries = new Map<string, string>();
    const probe = await createKeychain({ load: async () => createLibrary(entries) }).probe();
    expect(probe).toMatchObject({ usable: true, store: { kind: 'keychain' } });
    expect(entries.size).toBe(0);
  });

  it('gives a reason when the library cannot be loaded', async () => {
    const load = async (): Promise<KeychainLibrary> => {
      throw new Error('libsecret-1.so.0: cannot open shared object file');
    };
    const reason =
      'its library could not be loaded (on Linux that is libsecret, Debian package libsecret-1-0)';
    expect(await createKeychain({ load }).probe()).toEqual({ usable: false, reason });
  });

  it('gives a reason when the keychain refuses', async () => {
    const library = createLibrary(
      new Map(),
      () => new Error('Cannot create an item in a locked collection'),
    );
    expect(await createKeychain({ load: async () => library }).probe()).toEqual({
      usable: false,
      reason: 'it refused (Cannot create an item in a locked collection)',
    });
  });

  it('gives a reason when the keychain does not answer', async () => {
    const library = { ...createLibrary(), setPassword: () => new Promise<void>(() => undefined) };
    const keychain = createKeychain({ load: async () => library, timeoutMs: 5 });
    expect(await keychain.probe()).toEqual({
      usable: false,
      reason: 'it did not answer and may be waiting for its password',
    });
    expect(keychain.isBusy()).toBe(true);
  });

  it('does not believe a keychain that forgets', async () => {
    const library = { ...createLibrary(), getPassword: async () => null };
    expect(await createKeychain({ load: async () => library }).probe()).toMatchObject({
      usable: false,
    });
  });
});

const kept = new Map<string, string>();
const openKeychain = async (): ReturnType<typeof openOsCredentialStore> =>
  openOsCredentialStore({
    userDataDir: tmpdir(),
    keychain: createKeychain({ load: async () => createLibrary(kept), maxValueBytes: 2400 }),
    probeEncryption: async () => ({ usable: false, reason: 'not in this test' }),
  });
describeCredentialStore('keychain with the limit of Windows', {
  async open() {
    kept.clear();
    return (await openKeychain()).store;
  },
  reopen: async () => (await openKeychain()).store,
});

describe('probeSafeStorage', () => {
  /** Methods that need their `this`, as Electron's do. */
  class Calls implements SafeStorageCalls {
    constructor(
      private readonly backend: string,
      private readonly isAvailable = true,
    ) {}
    getSelectedStorageBackend(): string {
      return this.backend;
    }
    isEncryptionAvailable(): boolean {
      return this.isAvailable;
    }
    encryptString(text: string): Buffer {
      return Buffer.from(`${this.backend}|${text}`);
    }
    decryptString(bytes: Buffer): string {
      return bytes.toString('utf8').slice(this.backend.length + 1);
    }
  }
  class AsyncCalls extends Calls {
    async isAsyncEncryptionAvailable(): Promise<boolean> {
      return this.isEncryptionAvailable();
    }
    async encryptStringAsync(text: string): Promise<Buffer> {
      return this.encryptString(`async ${text}`);
    }
    async decryptStringAsync(bytes: Buffer): Promise<{ result: string; shouldReEncrypt: boolean }> {
      return { result: this.decryptString(bytes).slice('async '.length), shouldReEncrypt: false };
    }
  }

  it.each(['basic_text', 'unknown', 'something_new'])(
    'trap 51: refuses the backend %s',
    async (backend) => {
      for (const calls of [new Calls(backend), new AsyncCalls(backend)]) {
        expect(await probeSafeStorage(calls, 'linux')).toMatchObject({ usable: false });
      }
    },
  );

  it('trap 51: refuses a Linux release that does not tell its backend', async () => {
    expect(await probeSafeStorage({ isEncryptionAvailable: () => true }, 'linux')).toMatchObject({
      usable: false,
    });
  });

  it.each([
    ['gnome_libsecret', 'linux'],
    ['kwallet6', 'linux'],
    ['', 'darwin'],
    ['', 'win32'],
  ] as const)('uses the backend %j on %s, with either API', async (backend, platform) => {
    for (const calls of [new Calls(backend), new AsyncCalls(backend)]) {
      const probe = await probeSafeStorage(calls, platform);
      if (!probe.usable) throw new Error(probe.reason);
      const bytes = await probe.encryption.encrypt('hunter2');
      expect(bytes.includes('async')).toBe(calls instanceof AsyncCalls);
      expect(await probe.encryption.decrypt(bytes)).toBe('hunter2');
    }
  });

  it('refuses encryption that is not available', async () => {
    for (const calls of [new Calls('kwallet', false), new AsyncCalls('kwallet', false), {}]) {
      expect(await probeSafeStorage(calls, 'darwin')).toEqual({
        usable: false,
        reason: 'it is not available',
      });
    }
  });
});

describe('openOsCredentialStore', () => {
  let userDataDir: string;
  beforeEach(async () => {
    userDataDir = await mkdtemp(join(tmpdir(), 'tagboat-profile-'));
  });
  afterEach(() => rm(userDataDir, { recursive: true, force: true }));

  const flip = (text: string | Buffer): Buffer =>
    Buffer.from(Buffer.from(text).map((byte) => byte ^ 0x5a));
  const encryption = {
    encrypt: async (text: string) => flip(text),
    decrypt: async (bytes: Buffer) => flip(bytes).toString('utf8'),
  };
  const open = (
    entries: Map<string, string> | undefined,
  ): ReturnType<typeof openOsCredentialStore> =>
    openOsCredentialStore({
      userDataDir,
      keychain: createKeychain({
        load: async () => {
          if (entries === undefined) throw new Error('no libsecret');
          return createLibrary(entries);
        },
      }),
      probeEncryption: async () => ({ usable: true, encryption }),
    });

  it('moves secrets from the encrypted file once there is a keychain, and removes the file', async () => {
    const first = await open(undefined);
    expect(first.store.kind).toBe('encrypted-file');
    await first.store.set('a', { kind: 'bearer', secret: 'x' });
    expect(await readdir(userDataDir)).toEqual(['credentials.bin']);
    const second = await open(new Map());
    expect(second.store.kind).toBe('keychain');
    expect(await second.store.get('a')).toEqual({ kind: 'bearer', secret: 'x' });
    expect(await readdir(userDataDir)).toEqual([]);
  });

  it('tells of a damaged file when it is opened', async () => {
    await (await open(undefined)).store.set('a', { kind: 'bearer', secret: 'x' });
    const broken = {
      ...encryption,
      decrypt: async () => {
        throw new Error('wrong key');
      },
    };
    const opened = await openOsCredentialStore({
      userDataDir,
      keychain: createKeychain({ load: () => Promise.reject(new Error('no libsecret')) }),
      probeEncryption: async () => ({ usable: true, encryption: broken }),
    });
    expect(opened.store.kind).toBe('encrypted-file');
    expect(opened.notice?.title).toBe('The stored credentials cannot be read');
  });

  it('writes nothing at all where there is only memory', async () => {
    const opened = await openOsCredentialStore({
      userDataDir,
      keychain: createKeychain({ load: () => Promise.reject(new Error('no libsecret')) }),
      probeEncryption: () =>
        probeSafeStorage({ getSelectedStorageBackend: () => 'basic_text' }, 'linux'),
    });
    await opened.store.set('a', { kind: 'bearer', secret: 'x' });
    expect(opened.store.kind).toBe('memory');
    expect(opened.notice?.title).toBe('Credentials are not saved');
    expect(await readdir(userDataDir)).toEqual([]);
  });
});
