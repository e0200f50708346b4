import { describe, expect, it } from 'vitest';
import { createAuthorizer, type Authorization } from '#core/registry/auth/authorizer';
import { formatScope, repositoryScope } from '#core/registry/auth/scope';
import type { TokenQuery } from '#core/registry/auth/token';
import type { RegistryCredential } from '#core/registry/index';

const registry = new URL('https://reg.example/');
const need = { scopes: [repositoryScope('app', 'pull')], step: 'manifest' } as const;
const ada: RegistryCredential = { kind: 'password', username: 'ada', secret: 'pw' };
const bearer = (extra = '') =>
  `Bearer realm="https://auth.reg.example/token",service="reg"${extra}`;

function setUp(credentials: (RegistryCredential | undefined)[] = [undefined]) {
  const queries: TokenQuery[] = [];
  let resolved = 0;
  const authorizer = createAuthorizer({
    rules: { registry, extraRealmHosts: [] },
    resolveCredential: async () => {
      resolved += 1;
      return credentials[Math.min(resolved, credentials.length) - 1];
    },
    requestToken: async (query) => {
      queries.push(query);
      return { token: `t${queries.length}`, lifetimeMs: 60_000 };
    },
  });
  const refuse = (challenge: string | string[], used?: Authorization, status = 401) =>
    authorizer.answer(
      {
        url: new URL('/v2/', registry),
        status,
        headers: { 'www-authenticate': challenge },
        used,
        said: {},
      },
      need,
    );
  return { authorizer, queries, refuse, resolvedCount: () => resolved };
}

const scopesOf = (query: TokenQuery | undefined) => query?.scopes.map(formatScope);

describe('createAuthorizer', () => {
  it('sends nothing before a challenge and asks ahead after it', async () => {
    const { authorizer, refuse, queries } = setUp();
    expect(await authorizer.prepare(need)).toBeUndefined();
    expect(await refuse(bearer())).toMatchObject({ header: 'Bearer t1', isFresh: true });
    expect(await authorizer.prepare(need)).toMatchObject({ header: 'Bearer t1', isFresh: false });
    const other = { ...need, scopes: [repositoryScope('other', 'pull')] };
    expect(await authorizer.prepare(other)).toMatchObject({ header: 'Bearer t2' });
    expect(scopesOf(queries[1])).toEqual(['repository:other:pull']);
  });

  it('replaces a token from the cache once, and takes the second refusal as final', async () => {
    const { authorizer, refuse } = setUp();
    await refuse(bearer());
    const stale = await authorizer.prepare(need);
    const fresh = await refuse(bearer(), stale);
    expect(fresh).toMatchObject({ header: 'Bearer t2', isFresh: true });
    await expect(refuse(bearer(), fresh)).rejects.toMatchObject({ code: 'unauthorized' });
    await expect(refuse(bearer(), fresh, 403)).rejects.toMatchObject({ code: 'denied' });
  });

  it('widens the scope as a challenge says, without keeping it for later (trap 28)', async () => {
    const { authorizer, refuse, queries } = setUp();
    const first = await refuse(bearer());
    const wider = bearer(
      ',scope="repository:app:pull,push repository:base:pull",error="insufficient_scope"',
    );
    const second = await refuse(wider, first);
    expect(scopesOf(queries[1])).toEqual(['repository:app:pull,push', 'repository:base:pull']);
    await expect(refuse(wider, second)).rejects.toMatchObject({ code: 'unauthorized' });
    const other = { ...need, scopes: [repositoryScope('other', 'pull')] };
    await authorizer.prepare(other);
    expect(scopesOf(queries[2])).toEqual(['repository:other:pull']);
  });

  it('answers Basic with the password, and prefers Bearer when both are offered', async () => {
    const { refuse } = setUp([ada]);
    const basic = `Basic ${Buffer.from('ada:pw').toString('base64')}`;
    expect(await refuse('Basic realm="x"')).toMatchObject({ header: basic });
    expect(await refuse(['Basic realm="x"', bearer()])).toMatchObject({ header: 'Bearer t1' });
  });

  it('falls back to Basic when the realm is refused', async () => {
    const { refuse, queries } = setUp([ada]);
    const hostile = 'Bearer realm="https://evil.test/token", Basic realm="x"';
    expect((await refuse(hostile)).header).toMatch(/^Basic /);
    expect(queries).toEqual([]);
    await expect(refuse('Bearer realm="https://evil.test/token"')).rejects.toMatchObject({
      code: 'realm-refused',
      realmHost: 'evil.test',
    });
  });

  it('asks for the credential again after a refusal, and says so when it is still the same', async () => {
    const changed = setUp([ada, { ...ada, secret: 'new' }]);
    const first = await changed.refuse('Basic realm="x"');
    const second = await changed.refuse('Basic realm="x"', first);
    expect(second.header).toBe(`Basic ${Buffer.from('ada:new').toString('base64')}`);
    await expect(changed.refuse('Basic realm="x"', second)).rejects.toMatchObject({
      code: 'credentials-rejected',
    });
  });

  it('asks for a sign-in when there is no credential for Basic', async () => {
    const { refuse, authorizer } = setUp();
    await expect(refuse('Basic realm="x"')).rejects.toMatchObject({ code: 'unauthorized' });
    expect(await authorizer.prepare(need)).toBeUndefined();
  });

  it('sends a ready token as it is', async () => {
    const { refuse, queries } = setUp([{ kind: 'bearer', secret: 'ready' }]);
    const used = await refuse(bearer());
    expect(used.header).toBe('Bearer ready');
    await expect(refuse(bearer(), used)).rejects.toMatchObject({ code: 'credentials-rejected' });
    expect(queries).toEqual([]);
  });

  it('does not know how to answer other schemes', async () => {
    const { refuse } = setUp([ada]);
    await expect(refuse('Negotiate')).rejects.toMatchObject({ code: 'unauthorized' });
    await expect(refuse([])).rejects.toMatchObject({ code: 'unauthorized' });
  });

  it('resolves the credential once for many requests, and reports a keychain that fails', async () => {
    const { authorizer, refuse, resolvedCount } = setUp([ada]);
    await refuse(bearer());
    await Promise.all([authorizer.prepare(need), authorizer.prepare(need)]);
    expect(resolvedCount()).toBe(1);
    const broken = createAuthorizer({
      rules: { registry, extraRealmHosts: [] },
      resolveCredential: () => Promise.reject(new Error('locked')),
      requestToken: () => Promise.reject(new Error('not asked')),
    });
    await expect(broken.hasCredential(undefined)).rejects.toMatchObject({
      code: 'credentials-unavailable',
      host: 'reg.example',
    });
  });
});
