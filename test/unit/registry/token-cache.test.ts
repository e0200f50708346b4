import { describe, expect, it } from 'vitest';
import { repositoryScope } from '#core/registry/auth/scope';
import type { TokenQuery } from '#core/registry/auth/token';
import { createTokenCache } from '#core/registry/auth/token-cache';
import type { RegistryCredential } from '#core/registry/index';

const realm = new URL('https://auth.example/token');
const pull = (name: string) => repositoryScope(name, 'pull');
const query = (change: Partial<TokenQuery> = {}): TokenQuery => ({
  realm,
  service: 'reg',
  scopes: [pull('app')],
  credential: undefined,
  ...change,
});

function setUp(lifetimeMs = 60_000) {
  const clock = { now: 1_000_000 };
  const asked: TokenQuery[] = [];
  const cache = createTokenCache(
    async (sent) => {
      asked.push(sent);
      await Promise.resolve();
      return { token: `token-${asked.length}`, lifetimeMs };
    },
    () => clock.now,
  );
  return { cache, asked, clock };
}

describe('createTokenCache', () => {
  it('asks once for the same need, also when it is asked at the same time', async () => {
    const { cache, asked } = setUp();
    const together = await Promise.all([cache.get(query()), cache.get(query())]);
    expect(together.map(({ token }) => token)).toEqual(['token-1', 'token-1']);
    expect(await cache.get(query())).toEqual({ token: 'token-1', isFresh: false });
    expect(asked).toHaveLength(1);
  });

  it('drops a token at 85 % of its life (trap 29)', async () => {
    const { cache, clock } = setUp();
    await cache.get(query());
    clock.now += 50_999;
    expect((await cache.get(query())).token).toBe('token-1');
    clock.now += 2;
    expect(await cache.get(query())).toEqual({ token: 'token-2', isFresh: true });
  });

  it('uses a token for more where less is needed, and not the other way round', async () => {
    const { cache } = setUp();
    await cache.get(query({ scopes: [repositoryScope('app', 'pull', 'push'), pull('base')] }));
    expect((await cache.get(query())).token).toBe('token-1');
    expect((await cache.get(query({ scopes: [pull('base')] }))).token).toBe('token-1');
    expect((await cache.get(query({ scopes: [pull('other')] }))).token).toBe('token-2');
    // A request that needs no scope must not be answered with a token for some repository, or the reverse.
    expect((await cache.get(query({ scopes: [] }))).token).toBe('token-3');
  });

  it('keeps realms, services and credentials apart', async () => {
    const { cache, asked } = setUp();
    const ada: RegistryCredential = { kind: 'password', username: 'ada', secret: 's' };
    await cache.get(query());
    await cache.get(query({ credential: ada }));
    await cache.get(query({ credential: { ...ada, secret: 't' } }));
    await cache.get(query({ credential: { kind: 'identity-token', secret: 's' } }));
    await cache.get(query({ service: 'other' }));
    await cache.get(query({ realm: new URL('https://auth.example/other') }));
    expect(asked).toHaveLength(6);
    await cache.get(query({ credential: ada }));
    expect(asked).toHaveLength(6);
  });

  it('forgets a refused token and asks again', async () => {
    const { cache } = setUp();
    const { token } = await cache.get(query());
    cache.forget(token);
    expect(await cache.get(query())).toEqual({ token: 'token-2', isFresh: true });
  });

  it('does not grow without bound', async () => {
    const { cache, asked } = setUp();
    for (let index = 0; index < 300; index += 1) {
      await cache.get(query({ scopes: [pull(`app-${index}`)] }));
    }
    await cache.get(query({ scopes: [pull('app-299')] }));
    expect(asked).toHaveLength(300);
    await cache.get(query({ scopes: [pull('app-0')] }));
    expect(asked).toHaveLength(301);
  });

  it('keeps nothing from a failure', async () => {
    let count = 0;
    const cache = createTokenCache(async () => {
      count += 1;
      if (count === 1) throw new Error('down');
      return { token: 'late', lifetimeMs: 60_000 };
    });
    await expect(cache.get(query())).rejects.toThrow('down');
    expect((await cache.get(query())).token).toBe('late');
  });
});
