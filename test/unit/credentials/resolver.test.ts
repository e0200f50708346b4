import { describe, expect, it } from 'vitest';
import { summariseSecret } from '#core/credentials/credential';
import { clientKeyKey, loginKey } from '#core/credentials/credential-key';
import { CredentialError } from '#core/credentials/credential-error';
import type { LoginReader } from '#core/credentials/found-logins';
import { createLazyStore } from '#core/credentials/lazy-store';
import { createMemoryStore } from '#core/credentials/memory-store';
import { createResolverChain } from '#core/credentials/resolver';
import type { CredentialResolverChain } from '#core/credentials/resolver';
import type { CredentialStore } from '#core/credentials/store';

const owner = { registryId: 'r-1', host: 'registry.example:5000' };
const noLogins: LoginReader = {
  findLogins: async () => ({ logins: [], problems: [] }),
  readLogin: async () => {
    throw new CredentialError('login-missing', 'none');
  },
};

function chainOf(store: CredentialStore, logins = noLogins): CredentialResolverChain {
  const lazy = createLazyStore(async () => ({ store, keptIn: 'the OS keychain' }));
  return createResolverChain({ store: lazy, logins });
}

describe('the resolver chain', () => {
  it('opens no store for a registry without a login', async () => {
    let isOpened = false;
    const store = createLazyStore(async () => {
      isOpened = true;
      return { store: createMemoryStore(), keptIn: 'memory' };
    });
    const chain = createResolverChain({ store, logins: noLogins });
    expect(await chain.resolverFor({ choice: { kind: 'none' }, owner })()).toBeUndefined();
    expect(isOpened).toBe(false);
  });

  it('looks a stored login up each time', async () => {
    const store = createMemoryStore();
    const resolve = chainOf(store).resolverFor({ choice: { kind: 'stored' }, owner });
    await store.set(loginKey(owner), { kind: 'password', username: 'alice', secret: 'old' });
    expect(await resolve()).toEqual({ kind: 'password', username: 'alice', secret: 'old' });
    await store.set(loginKey(owner), { kind: 'password', username: 'alice', secret: 'new' });
    expect(await resolve()).toMatchObject({ secret: 'new' });
  });

  it('says what to do when the stored login is gone, instead of going on without', async () => {
    const resolve = chainOf(createMemoryStore()).resolverFor({ choice: { kind: 'stored' }, owner });
    await expect(resolve()).rejects.toMatchObject({
      code: 'login-missing',
      message:
        "The password for registry.example:5000 is not in the OS keychain. Enter it again in the registry's settings.",
    });
  });

  it('never gives the login of one host to another, or of one registry to another', async () => {
    const store = createMemoryStore();
    await store.set(loginKey(owner), { kind: 'bearer', secret: 'x' });
    const chain = chainOf(store);
    for (const other of [
      { ...owner, host: 'evil.example' },
      { ...owner, registryId: 'r-2' },
    ]) {
      const resolve = chain.resolverFor({ choice: { kind: 'stored' }, owner: other });
      await expect(resolve()).rejects.toMatchObject({ code: 'login-missing' });
    }
    const sameHost = { ...owner, host: 'REGISTRY.example:5000' };
    const resolve = chain.resolverFor({ choice: { kind: 'stored' }, owner: sameHost });
    expect(await resolve()).toEqual({ kind: 'bearer', secret: 'x' });
  });

  it('never takes a client key for a login', async () => {
    const store = createMemoryStore();
    await store.set(loginKey(owner), { kind: 'client-key', secret: 'PEM' });
    const resolve = chainOf(store).resolverFor({ choice: { kind: 'stored' }, owner });
    await expect(resolve()).rejects.toMatchObject({ code: 'login-missing' });
  });

  it('asks the tool each time, so that a new docker login is picked up', async () => {
    const asked: string[] = [];
    const logins: LoginReader = {
      ...noLogins,
      async readLogin(source, host) {
        asked.push(`${source} ${host}`);
        return { kind: 'password', username: 'alice', secret: `pw-${asked.length}` };
      },
    };
    const choice = { kind: 'found', source: 'docker' } as const;
    const resolve = chainOf(createMemoryStore(), logins).resolverFor({ choice, owner });
    expect(await resolve()).toMatchObject({ secret: 'pw-1' });
    expect(await resolve()).toMatchObject({ secret: 'pw-2' });
    expect(asked).toEqual(['docker registry.example:5000', 'docker registry.example:5000']);
  });

  it('stops waiting when it is aborted', async () => {
    const logins: LoginReader = { ...noLogins, readLogin: () => new Promise(() => undefined) };
    const choice = { kind: 'found', source: 'docker' } as const;
    const resolve = chainOf(createMemoryStore(), logins).resolverFor({ choice, owner });
    const controller = new AbortController();
    const waiting = resolve(controller.signal);
    controller.abort(new Error('the user moved on'));
    await expect(waiting).rejects.toThrow('the user moved on');
    await expect(resolve(controller.signal)).rejects.toThrow('the user moved on');
  });

  it('passes on that the keychain failed', async () => {
    const store: CredentialStore = {
      ...createMemoryStore(),
      get: async () => {
        throw new CredentialError('store-failed', 'The OS keychain refused.');
      },
    };
    const resolve = chainOf(store).resolverFor({ choice: { kind: 'stored' }, owner });
    await expect(resolve(new AbortController().signal)).rejects.toMatchObject({
      code: 'store-failed',
    });
  });

  it('gives the client key with its passphrase', async () => {
    const store = createMemoryStore();
    const chain = chainOf(store);
    expect(await chain.clientKey(owner)).toBeUndefined();
    await store.set(clientKeyKey(owner), { kind: 'client-key', secret: 'PEM', passphrase: 'p' });
    expect(await chain.clientKey(owner)).toEqual({ pem: 'PEM', passphrase: 'p' });
  });
});

describe('summariseSecret', () => {
  it('has no field for a secret', () => {
    const summary = summariseSecret(
      { kind: 'client-key', secret: 'hunter2', passphrase: 'hunter2' },
      'keychain',
      'OS keychain',
    );
    expect(summary).toEqual({ kind: 'client-key', store: 'keychain', detail: 'OS keychain' });
    expect(
      summariseSecret({ kind: 'password', username: 'alice', secret: 'hunter2' }, 'docker', 'x'),
    ).toEqual({ kind: 'password', username: 'alice', store: 'docker', detail: 'x' });
  });
});
