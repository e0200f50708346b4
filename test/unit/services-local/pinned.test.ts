import { describe, expect, it, onTestFinished } from 'vitest';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RegistryView } from '#contract/registry';
import { createLazyStore } from '#core/credentials/lazy-store';
import { createMemoryStore } from '#core/credentials/memory-store';
import { createPickedFiles } from '#core/services/app';
import { createLocalPinned } from '#core/services/local-pinned';
import { createInputResolver, createSecretKeeper } from '#core/services/registry-input';
import { createRegistryStore } from '#core/services/registry-store';
import { openSettings } from '#core/settings/open-settings';
import { createFakeRuntime, runningAt } from '#test/fake-runtime';

const open = async () => {
  const directory = await mkdtemp(join(tmpdir(), 'tagboat-pinned-'));
  const settings = await openSettings({ directory });
  onTestFinished(async () => {
    await settings.close();
    await rm(directory, { recursive: true, force: true });
  });
  const runtime = createFakeRuntime();
  const changed: string[] = [];
  const keychain = createLazyStore(async () => ({ store: createMemoryStore(), keptIn: 'memory' }));
  const store = createRegistryStore({
    settings,
    secrets: createSecretKeeper(keychain, () => 'memory'),
    resolveInput: createInputResolver(createPickedFiles(), () => undefined),
    pinned: createLocalPinned(runtime, settings),
    onChanged: () => expect.fail('it was not edited'),
    onMoved: (id) => changed.push(id),
  });
  const local = (): RegistryView => store.views.get()[0] ?? expect.fail('nothing is listed');
  return { store, settings, runtime, changed, local };
};

describe('the local registry in the list', () => {
  it('stands first, before what is saved, and is not saved itself', async () => {
    const { store, settings } = await open();
    await store.add({ address: 'reg.example', login: { kind: 'none' } });
    expect(store.views.get().map(({ id, isLocal }) => [id, isLocal])).toEqual([
      ['local', true],
      [expect.any(String), false],
    ]);
    expect(settings.current().registries).toHaveLength(1);
  });

  it('follows what runs: state, address, port and who may in', async () => {
    const { runtime, local } = await open();
    expect(local()).toMatchObject({ state: { kind: 'unknown' }, origin: 'http://127.0.0.1:5055' });
    runtime.become({ state: { kind: 'starting' } });
    expect(local().state).toEqual({ kind: 'checking' });
    runtime.become({ state: runningAt(5056), host: '127.0.0.1:5056' });
    expect(local()).toMatchObject({
      host: '127.0.0.1:5056',
      origin: 'http://127.0.0.1:5056',
      plainHttp: true,
      state: { kind: 'ready', anonymous: true },
      credential: { kind: 'none' },
    });
    runtime.login = { username: 'tagboat', password: 'not for the window' };
    runtime.become({ users: ['dev'] });
    expect(local()).toMatchObject({
      state: { kind: 'ready', anonymous: false },
      credential: { kind: 'password', username: 'tagboat' },
    });
    expect(JSON.stringify(local())).not.toContain('not for the window');
  });

  it('says why it failed, and that it does not answer', async () => {
    const { runtime, local } = await open();
    const error = { code: 'storage-failed', message: 'The disk is full.' } as const;
    runtime.become({ state: { kind: 'failed', error, failedAt: '2026-03-01T10:00:00.000Z' } });
    expect(local().state).toEqual({ kind: 'failed', error: { ...error, detail: {} } });
    const silentSince = '2026-03-01T11:00:00.000Z';
    runtime.become({ state: { ...runningAt(5055), silentSince } });
    expect(local().state).toMatchObject({ kind: 'failed', error: { code: 'registry-failed' } });
  });

  it('closes its clients when it is another one than before, and only then', async () => {
    const { runtime, changed } = await open();
    runtime.become({ state: runningAt(5055) });
    runtime.become({ usedBytes: 10 });
    expect(changed).toEqual(['local']);
    runtime.become({ state: runningAt(5055, '2026-03-01T12:00:00.000Z') });
    runtime.become({ state: { kind: 'stopping' } });
    expect(changed).toEqual(['local', 'local', 'local']);
  });

  it('is neither edited nor removed, and what a request learns of it does not hide its state', async () => {
    const { store, runtime, local } = await open();
    const input = { address: 'reg.example', login: { kind: 'none' } } as const;
    await expect(store.update('local', input)).rejects.toThrow('belongs to Tagboat');
    await expect(store.remove('local')).rejects.toThrow('belongs to Tagboat');
    runtime.become({ state: runningAt(5055) });
    store.note('local', { state: { kind: 'unknown' } });
    store.noteCatalog('local', 'closed');
    expect(local()).toMatchObject({ state: { kind: 'ready' }, catalog: 'open' });
  });

  it('keeps marks of its own over a restart', async () => {
    const { store, settings, local } = await open();
    store.protect('local', undefined, true);
    store.protect('local', 'team/app', true);
    expect(local()).toMatchObject({ readOnly: true, readOnlyRepositories: ['team/app'] });
    expect(settings.current().localRegistry).toMatchObject({
      isMarked: true,
      markedRepositories: ['team/app'],
      port: 5055,
    });
    store.protect('local', undefined, false);
    expect(local().readOnly).toBe(false);
  });

  it('finds its changes in the journal again when it is on another port', async () => {
    const { store, runtime } = await open();
    runtime.become({ state: runningAt(5055), host: '127.0.0.1:5055' });
    const place = store.placeOf('local');
    runtime.become({ state: runningAt(5099), host: '127.0.0.1:5099' });
    expect(store.ofPlace(place).map(({ id, host }) => [id, host])).toEqual([
      ['local', '127.0.0.1:5099'],
    ]);
  });
});
