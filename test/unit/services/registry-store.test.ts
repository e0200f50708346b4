import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RegistryInput } from '#contract/registry';
import { loginKey } from '#core/credentials/credential-key';
import { createLazyStore } from '#core/credentials/lazy-store';
import { createMemoryStore } from '#core/credentials/memory-store';
import { createPickedFiles } from '#core/services/app';
import { createInputResolver, createSecretKeeper } from '#core/services/registry-input';
import { createRegistryStore } from '#core/services/registry-store';
import { openSettings } from '#core/settings/open-settings';
import type { SettingsStore } from '#core/settings/settings';

let directory: string;
let settings: SettingsStore;
const secrets = createMemoryStore();

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tagboat-registries-'));
  settings = await openSettings({ directory });
});
afterEach(async () => {
  await settings.close();
  await rm(directory, { recursive: true, force: true });
});

const create = () => {
  const changed: string[] = [];
  const keychain = createLazyStore(() => Promise.resolve({ store: secrets, keptIn: 'memory' }));
  const store = createRegistryStore({
    settings,
    secrets: createSecretKeeper(keychain, () => 'memory'),
    resolveInput: createInputResolver(createPickedFiles(), () => undefined),
    onChanged: (id) => changed.push(id),
  });
  return { store, changed };
};

const withPassword = (address: string, secret = 'hunter2'): RegistryInput => ({
  address,
  login: { kind: 'password', username: 'dev', secret },
});
const keyOf = (registryId: string, host = 'reg.example') => loginKey({ registryId, host });

describe('registry store', () => {
  it('keeps a secret in the credential store, and nowhere else', async () => {
    const { store } = create();
    const view = await store.add(withPassword('reg.example'));
    expect(await secrets.get(keyOf(view.id))).toMatchObject({ username: 'dev', secret: 'hunter2' });
    expect(view.credential).toEqual({ kind: 'password', username: 'dev', keptIn: 'memory' });
    expect(JSON.stringify(settings.current())).not.toContain('hunter2');
    expect(JSON.stringify(store.views.get())).not.toContain('hunter2');
  });

  it('tells its watchers of every change', async () => {
    const { store } = create();
    const counts: number[] = [];
    store.views.watch((views) => counts.push(views.length));
    const { id } = await store.add({ address: 'reg.example', login: { kind: 'none' } });
    store.note(id, { state: { kind: 'ready', anonymous: true } });
    await store.remove(id);
    expect(counts).toEqual([0, 1, 1, 0]);
  });

  it('takes the secret along when a registry is removed', async () => {
    const { store, changed } = create();
    const { id } = await store.add(withPassword('reg.example'));
    await store.remove(id);
    expect(await secrets.get(keyOf(id))).toBeUndefined();
    expect(changed).toEqual([id]);
    expect(() => store.get(id)).toThrow('no longer in the list');
  });

  it('keeps the stored password when an edit says so', async () => {
    const { store } = create();
    const { id } = await store.add(withPassword('reg.example'));
    const view = await store.update(id, {
      address: 'reg.example',
      name: 'Mine',
      login: { kind: 'keep' },
    });
    expect(view).toMatchObject({ name: 'Mine', credential: { kind: 'password', username: 'dev' } });
    expect(await secrets.get(keyOf(id))).toBeDefined();
  });

  it('never sends a stored password to another host', async () => {
    const { store } = create();
    const { id } = await store.add(withPassword('reg.example'));
    const moved = store.update(id, { address: 'evil.example', login: { kind: 'keep' } });
    await expect(moved).rejects.toThrow('The stored password belongs to reg.example');
    expect(store.get(id).host).toBe('reg.example');
  });

  it('drops the old password when the login is taken away', async () => {
    const { store } = create();
    const { id } = await store.add(withPassword('reg.example'));
    const view = await store.update(id, { address: 'reg.example', login: { kind: 'none' } });
    expect(view.credential.kind).toBe('none');
    expect(await secrets.get(keyOf(id))).toBeUndefined();
  });

  it('keeps repositories added by name through an edit', async () => {
    const { store } = create();
    const { id } = await store.add({ address: 'reg.example', login: { kind: 'none' } });
    store.keepRepository(id, 'team/app');
    store.keepRepository(id, 'team/app');
    await store.update(id, { address: 'reg.example', name: 'x', login: { kind: 'none' } });
    expect(store.get(id).knownRepositories).toEqual(['team/app']);
    store.forgetRepository(id, 'team/app');
    expect(store.get(id).knownRepositories).toEqual([]);
  });

  it('refuses the same registry twice under one name, and takes it under another', async () => {
    const { store } = create();
    const input = { address: 'reg.example', login: { kind: 'none' as const } };
    await store.add(input);
    await expect(store.add(input)).rejects.toMatchObject({ code: 'already-exists' });
    await expect(store.add({ ...input, name: 'As admin' })).resolves.toMatchObject({
      name: 'As admin',
    });
  });

  it('refuses a CA that is no certificate, naming the field', async () => {
    const { store } = create();
    const input: RegistryInput = {
      address: 'reg.example',
      login: { kind: 'none' },
      ca: { text: 'hello' },
    };
    await expect(store.add(input)).rejects.toMatchObject({
      code: 'input-invalid',
      detail: { field: 'ca' },
    });
    expect(store.views.get()).toEqual([]);
  });
});
