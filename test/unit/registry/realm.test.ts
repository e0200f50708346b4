import { describe, expect, it } from 'vitest';
import { resolveRealm } from '#core/registry/auth/realm';

const resolve = (registry: string, realm: string | undefined, extraRealmHosts: string[] = []) => {
  const url = new URL(registry);
  return resolveRealm(realm, new URL('/v2/', url), { registry: url, extraRealmHosts });
};

describe('resolveRealm (trap 25)', () => {
  it.each([
    ['the same host', 'https://reg.example', 'https://reg.example/token'],
    ['another port of the same host', 'https://reg.example:5000', 'https://reg.example:5001/auth'],
    ['a sibling of the same domain', 'https://registry.gitlab.com', 'https://gitlab.com/jwt/auth'],
    ['a sibling below co.uk', 'https://reg.corp.co.uk', 'https://auth.corp.co.uk/t'],
    ['Docker Hub', 'https://registry-1.docker.io', 'https://auth.docker.io/token'],
    ['linuxserver', 'https://lscr.io', 'https://ghcr.io/token'],
    ['loopback by name and number', 'http://localhost:5000', 'http://127.0.0.1:5001/token'],
    ['plain HTTP for a plain HTTP registry', 'http://reg.lan', 'http://reg.lan/token'],
    [
      'a private network address that is the registry',
      'https://10.0.0.5',
      'https://10.0.0.5:8443/t',
    ],
  ])('accepts %s', (_title, registry, realm) => {
    expect(resolve(registry, realm).href).toBe(realm);
  });

  it('resolves a relative realm against the request', () => {
    expect(resolve('https://reg.example:5000', '/token').href).toBe(
      'https://reg.example:5000/token',
    );
    expect(resolve('https://reg.example', 'token').href).toBe('https://reg.example/v2/token');
  });

  it.each([
    ['a stranger', 'https://reg.example', 'https://evil.test/token', 'evil.test'],
    [
      'a name that only ends alike',
      'https://reg.example',
      'https://notexample/token',
      'notexample',
    ],
    [
      'another tenant of a hosting domain',
      'https://a.azurewebsites.net',
      'https://b.azurewebsites.net/t',
      'b.azurewebsites.net',
    ],
    ['another company below co.uk', 'https://reg.one.co.uk', 'https://two.co.uk/t', 'two.co.uk'],
    ['another address', 'https://10.0.0.5', 'https://10.0.0.6/t', '10.0.0.6'],
    ['loopback, from outside', 'https://reg.example', 'https://localhost/t', 'localhost'],
    [
      'a fake Docker Hub',
      'https://evildocker.io',
      'https://auth.docker.io/token',
      'auth.docker.io',
    ],
  ])('refuses %s and names the host', (_title, registry, realm, realmHost) => {
    expect(() => resolve(registry, realm)).toThrow(
      expect.objectContaining({ code: 'realm-refused', realmHost }),
    );
  });

  it('accepts a stranger that the user approved, with or without the port', () => {
    const realm = 'https://sso.other.test:8443/token';
    expect(resolve('https://reg.example', realm, ['sso.other.test:8443']).href).toBe(realm);
    expect(resolve('https://reg.example', realm, ['SSO.other.test']).href).toBe(realm);
    expect(() => resolve('https://reg.example', realm, ['sso.other.test:1'])).toThrow(
      'token server',
    );
  });

  it.each([
    ['plain HTTP for an HTTPS registry', 'https://reg.example', 'http://reg.example/token'],
    ['link-local', 'https://reg.example', 'https://169.254.169.254/latest/meta-data'],
    ['link-local written as a number', 'https://reg.example', 'https://2852039166/'],
    ['link-local inside IPv6', 'https://reg.example', 'https://[::ffff:169.254.169.254]/'],
    ['IPv6 link-local', 'https://reg.example', 'https://[fe80::1]/'],
    ['Alibaba metadata', 'https://reg.example', 'https://100.100.100.200/'],
    ['AWS metadata on IPv6', 'https://reg.example', 'https://[fd00:ec2::254]/'],
    ['a user name in the URL', 'https://reg.example', 'https://a:b@reg.example/token'],
    ['another scheme', 'https://reg.example', 'file:///etc/passwd'],
    ['no URL', 'https://reg.example', 'https://[bad'],
    ['nothing', 'https://reg.example', undefined],
  ])('refuses %s even when approved', (_title, registry, realm) => {
    const approved = ['169.254.169.254', '[fe80::1]', 'reg.example', '100.100.100.200'];
    expect(() => resolve(registry, realm, approved)).toThrow(
      expect.objectContaining({ code: 'realm-refused', realmHost: undefined }),
    );
  });
});
