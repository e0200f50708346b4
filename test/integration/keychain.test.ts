import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CredentialStore } from '#core/credentials/store';
import { loadKeychainLibrary } from '#shell/keychain/keychain-library';
import { createKeychain } from '#shell/keychain/keytar-store';
import { realPart } from '#test/real-parts';
import { describeCredentialStore } from '../unit/credentials/store-contract';
import { openKeychainSession } from './keychain-session';
import type { KeychainSession } from './keychain-session';

const isMissing =
  realPart('dbus-daemon') === undefined ||
  realPart('gnome-keyring-daemon') === undefined ||
  realPart('secret-tool') === undefined;

/**
 * What the app does with the keychain, in a process of its own: a session's address is read once a process. Told to
 * `set` a secret or only to `get` it, it reports what it found, and ends as the app does.
 */
const childSource = `
  import { createRequire } from 'node:module';
  import { openOsCredentialStore } from '${resolve('src/main/shell/keychain/open-credential-store.ts')}';
  import { createKeychain } from '${resolve('src/main/shell/keychain/keytar-store.ts')}';
  const [verb, userDataDir, secret, timeoutMs] = process.argv.slice(2);
  const load = async () => createRequire('${resolve('package.json')}')('keytar');
  const keychain = createKeychain({ load, timeoutMs: Number(timeoutMs) });
  const { store, notice } = await openOsCredentialStore({
    userDataDir,
    keychain,
    probeEncryption: async () => ({ usable: false, reason: 'not in this test' }),
  });
  if (verb === 'set') await store.set('login', { kind: 'password', username: 'alice', secret });
  const found = await store.get('login');
  const report = { kind: store.kind, found, keys: await store.keys(), notice, isBusy: keychain.isBusy() };
  process.send(report, () => {
    if (keychain.isBusy()) process.kill(process.pid, 'SIGKILL');
    process.disconnect();
  });
`;

type Report = {
  readonly kind: string;
  readonly found?: unknown;
  readonly keys: readonly string[];
  readonly notice?: { readonly title: string; readonly message: string };
  readonly isBusy: boolean;
};

describe.skipIf(isMissing)('the keychain, gnome-keyring', () => {
  let scratch: string;
  let home: string;
  let session: KeychainSession;

  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'tagboat-keychain-'));
    await writeFile(join(scratch, 'child.js'), childSource);
    await build({
      configFile: false,
      logLevel: 'silent',
      build: {
        ssr: join(scratch, 'child.js'),
        outDir: join(scratch, 'out'),
        rollupOptions: { output: { entryFileNames: 'child.mjs' } },
      },
      ssr: { noExternal: true },
    });
  });
  afterAll(() => rm(scratch, { recursive: true, force: true }));
  beforeEach(async () => {
    home = await mkdtemp(join(scratch, 'home-'));
    session = await openKeychainSession(home);
  });
  afterEach(() => session.close());

  async function run(
    verb: 'get' | 'set',
    options: { env?: Record<string, string>; secret?: string; timeoutMs?: number } = {},
  ): Promise<Report & { readonly signal: unknown }> {
    const { env = session.env, secret = '', timeoutMs = 60_000 } = options;
    const argv = [verb, home, secret, String(timeoutMs)];
    const child = fork(join(scratch, 'out', 'child.mjs'), argv, { env, execArgv: [] });
    const ended = once(child, 'exit');
    const [report] = (await once(child, 'message')) as [Report];
    const [, signal] = (await ended) as unknown[];
    return { ...report, signal };
  }

  it('keeps a secret for a later run, encrypted, under the name Tagboat', async () => {
    await session.startKeyring('password of the keyring');
    const secret = 'hunter2 ä🔑';
    expect(await run('set', { secret })).toMatchObject({ kind: 'keychain', keys: ['login'] });
    await session.stopKeyring();
    await session.startKeyring('password of the keyring');
    expect(await run('get')).toMatchObject({
      kind: 'keychain',
      found: { kind: 'password', username: 'alice', secret },
      keys: ['login'],
      isBusy: false,
      signal: null,
    });
    const lookup = ['lookup', 'service', 'Tagboat', 'account', 'login'];
    const { stdout } = await promisify(execFile)('secret-tool', lookup, { env: session.env });
    expect(JSON.parse(stdout)).toMatchObject({ secret });
    for (const name of await readdir(join(home, 'data', 'keyrings'))) {
      expect(await readFile(join(home, 'data', 'keyrings', name), 'latin1')).not.toContain(
        'hunter2',
      );
    }
    expect(await readdir(home)).not.toContain('credentials.bin');
  });

  it('falls back to memory with a notice where there is no session bus', async () => {
    const { DBUS_SESSION_BUS_ADDRESS: _address, ...env } = session.env;
    const report = await run('set', { env, secret: 'hunter2' });
    expect(report).toMatchObject({
      kind: 'memory',
      notice: { title: 'Credentials are not saved' },
    });
    expect(report.notice?.message).toContain('it refused (');
    expect((await run('get', { env })).found).toBeUndefined();
    expect(await readdir(home)).not.toContain('credentials.bin');
  });

  it('falls back to memory where nothing answers for the Secret Service', async () => {
    const report = await run('set', { secret: 'hunter2' });
    expect(report).toMatchObject({ kind: 'memory', isBusy: false });
    expect(report.notice?.message).toContain('org.freedesktop.secrets');
  });

  it('falls back to memory while the keyring is locked, and finds the secret again when it is not', async () => {
    await session.startKeyring('password of the keyring');
    await run('set', { secret: 'hunter2' });
    await session.stopKeyring();
    await session.startKeyring();
    const locked = await run('get');
    expect(locked).toMatchObject({
      kind: 'memory',
      notice: { title: 'Credentials are not saved' },
    });
    expect(locked.found).toBeUndefined();
    await session.stopKeyring();
    await session.startKeyring('password of the keyring');
    expect(await run('get')).toMatchObject({ kind: 'keychain', found: { secret: 'hunter2' } });
  });

  it('gives up on a keyring that hangs, and the process can still end', async () => {
    await session.startKeyring('password of the keyring');
    session.freezeKeyring();
    const report = await run('set', { secret: 'hunter2', timeoutMs: 500 });
    expect(report).toMatchObject({ kind: 'memory', isBusy: true, signal: 'SIGKILL' });
    expect(report.notice?.message).toContain('it did not answer');
  });
});

describe.skipIf(isMissing)('the keychain in this process', () => {
  let home: string;
  let session: KeychainSession;
  let address: string | undefined;

  /** keytar connects once, so every store of this process uses the one session. */
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'tagboat-keychain-'));
    session = await openKeychainSession(home);
    await session.startKeyring('password of the keyring');
    address = process.env['DBUS_SESSION_BUS_ADDRESS'];
    process.env['DBUS_SESSION_BUS_ADDRESS'] = session.env['DBUS_SESSION_BUS_ADDRESS'];
  });
  afterAll(async () => {
    if (address === undefined) delete process.env['DBUS_SESSION_BUS_ADDRESS'];
    else process.env['DBUS_SESSION_BUS_ADDRESS'] = address;
    await session.close();
    await rm(home, { recursive: true, force: true });
  });

  const open = async (service: string, maxValueBytes?: number): Promise<CredentialStore> => {
    const limit = maxValueBytes === undefined ? {} : { maxValueBytes };
    const probe = await createKeychain({ load: loadKeychainLibrary, service, ...limit }).probe();
    if (!probe.usable) throw new Error(probe.reason);
    return probe.store;
  };

  let count = 0;
  const nextService = (): string => `Tagboat test ${(count += 1)}`;
  describeCredentialStore('gnome-keyring', {
    open: () => open(nextService()),
    reopen: () => open(`Tagboat test ${count}`),
  });
  describeCredentialStore('gnome-keyring with the limit of Windows', {
    open: () => open(nextService(), 2400),
    reopen: () => open(`Tagboat test ${count}`, 2400),
  });

  it('does not mix up services', async () => {
    const one = await open(nextService());
    const other = await open(nextService());
    await one.set('a', { kind: 'bearer', secret: 'x' });
    expect(await other.get('a')).toBeUndefined();
    expect(await other.keys()).toEqual([]);
  });
});
