import { describe, expect, it } from 'vitest';
import { isLoopbackHost, parseAddress } from '#core/services/address';

describe('parseAddress', () => {
  it.each([
    ['reg.example', undefined, 'reg.example', ['https://reg.example']],
    [' reg.example:5000 ', undefined, 'reg.example:5000', ['https://reg.example:5000']],
    ['https://reg.example/', undefined, 'reg.example', ['https://reg.example']],
    ['https://reg.example/v2/', undefined, 'reg.example', ['https://reg.example']],
    [
      'https://reg.example/team/reg',
      undefined,
      'reg.example/team/reg',
      ['https://reg.example/team/reg'],
    ],
    ['http://reg.example:5000', undefined, 'reg.example:5000', ['http://reg.example:5000']],
    ['reg.example', true, 'reg.example', ['http://reg.example']],
    [
      'localhost:5055',
      undefined,
      'localhost:5055',
      ['https://localhost:5055', 'http://localhost:5055'],
    ],
    [
      '127.0.0.1:5055',
      undefined,
      '127.0.0.1:5055',
      ['https://127.0.0.1:5055', 'http://127.0.0.1:5055'],
    ],
    ['[::1]:5055', undefined, '[::1]:5055', ['https://[::1]:5055', 'http://[::1]:5055']],
    ['reg.example:443', undefined, 'reg.example:443', ['https://reg.example:443']],
  ])('%s (plain HTTP %s) is %s', (typed, plainHttp, host, origins) => {
    expect(parseAddress(typed, plainHttp)).toEqual({ host, origins });
  });

  it.each(['docker.io', 'https://hub.docker.com', 'index.docker.io', 'registry-1.docker.io'])(
    'trap 33: %s is Docker Hub, which answers at registry-1.docker.io',
    (typed) => {
      expect(parseAddress(typed)).toEqual({
        host: 'docker.io',
        origins: ['https://registry-1.docker.io'],
      });
    },
  );

  it.each([
    ['', /empty/u],
    ['ftp://reg.example', /https:\/\/ or http:\/\//u],
    ['user:secret@reg.example', /own fields/u],
    ['reg.example?x=1', /\?/u],
    ['reg example', /not the address/u],
    ['reg.example:99999', /not the address/u],
  ])('refuses %j and says what to do', (typed, words) => {
    expect(() => parseAddress(typed)).toThrow(words);
  });

  it('never repeats a secret in its message', () => {
    expect(() => parseAddress('https://me:hunter2@reg.example')).toThrow(
      expect.not.objectContaining({
        message: expect.stringContaining('hunter2') as string,
      }) as Error,
    );
  });
});

describe('isLoopbackHost', () => {
  it('trap 48: knows the hosts where plain HTTP is normal', () => {
    for (const host of ['localhost', 'reg.localhost', '127.0.0.1', '127.1.2.3', '[::1]']) {
      expect(isLoopbackHost(host), host).toBe(true);
    }
    for (const host of ['localhost.example', '128.0.0.1', 'reg.example']) {
      expect(isLoopbackHost(host), host).toBe(false);
    }
  });
});
