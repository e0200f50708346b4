import { describe, expect, it } from 'vitest';
import { proxyFromEnvironment } from '#core/registry/index';
import { proxyAuthorization, proxyFor, tryParseProxy } from '#core/registry/transport/proxy';

describe('proxyFromEnvironment', () => {
  it('reads both cases, the lower-case name first', () => {
    expect(
      proxyFromEnvironment({
        HTTPS_PROXY: 'http://upper:1',
        https_proxy: 'http://lower:1',
        HTTP_PROXY: ' http://plain:1 ',
        NO_PROXY: 'a.test, .b.test',
      }),
    ).toEqual({
      httpsProxy: 'http://lower:1',
      httpProxy: 'http://plain:1',
      noProxy: ['a.test', '.b.test'],
    });
  });

  it('falls back to ALL_PROXY, and to none', () => {
    expect(proxyFromEnvironment({ ALL_PROXY: 'http://all:1' })).toMatchObject({
      httpsProxy: 'http://all:1',
      httpProxy: 'http://all:1',
    });
    expect(proxyFromEnvironment({})).toEqual({
      httpProxy: undefined,
      httpsProxy: undefined,
      noProxy: [],
    });
  });
});

describe('proxyFor', () => {
  const choose = (url: string, ...noProxy: string[]) =>
    proxyFor(new URL(url), { httpsProxy: 'secure', httpProxy: 'plain', noProxy });

  it('chooses by scheme and never for loopback', () => {
    expect(choose('https://reg.example')).toBe('secure');
    expect(choose('http://reg.example')).toBe('plain');
    expect(choose('https://localhost:5000')).toBeUndefined();
    expect(choose('http://127.0.0.9:5000')).toBeUndefined();
    expect(choose('http://[::1]:5000')).toBeUndefined();
    expect(proxyFor(new URL('https://reg.example'), undefined)).toBeUndefined();
  });

  it.each([
    ['*', 'https://reg.example', true],
    ['reg.example', 'https://reg.example', true],
    ['reg.example', 'https://sub.reg.example', true],
    ['.reg.example', 'https://reg.example', true],
    ['*.example', 'https://reg.example', true],
    ['example', 'https://badexample', false],
    ['REG.Example', 'https://reg.example', true],
    ['reg.example:5000', 'https://reg.example:5000', true],
    ['reg.example:5000', 'https://reg.example', false],
    ['reg.example:443', 'https://reg.example', true],
    ['10.0.0.0/8', 'https://10.1.2.3', true],
    ['10.0.0.0/8', 'https://11.1.2.3', false],
    ['10.0.0.0/99', 'https://10.1.2.3', false],
    ['fd00::/8', 'https://[fd12::1]', true],
    ['[fd12::1]:443', 'https://[fd12::1]', true],
    ['10.1.2.3', 'https://10.1.2.3', true],
    ['2.3', 'https://10.1.2.3', false],
    ['.', 'https://reg.example', false],
  ])('NO_PROXY=%s spares %s: %s', (entry, url, isSpared) => {
    expect(choose(url, entry)).toBe(isSpared ? undefined : 'secure');
  });
});

describe('a proxy URL', () => {
  it('may lack the scheme and carry a login', () => {
    expect(tryParseProxy('proxy.test:3128')?.href).toBe('http://proxy.test:3128/');
    const login = tryParseProxy('http://us%40er:p%3Aw@proxy.test:3128');
    expect(login && proxyAuthorization(login)).toBe(
      `Basic ${Buffer.from('us@er:p:w').toString('base64')}`,
    );
    expect(proxyAuthorization(new URL('http://proxy.test'))).toBeUndefined();
  });

  it.each(['socks5://proxy.test:1080', 'http://', '::::'])('is not %s', (text) => {
    expect(tryParseProxy(text)).toBeUndefined();
  });
});
