import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  authority,
  guardedLookup,
  isForbiddenAddress,
  isLoopbackHost,
} from '#core/registry/transport/addresses';

describe('isForbiddenAddress (trap 25)', () => {
  it.each([
    '169.254.169.254',
    '169.254.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '100.100.100.200',
    '168.63.129.16',
    '[fe80::1]',
    'fe80::1',
    'febf::1',
    '::',
    'fd00:ec2::254',
    '::ffff:169.254.169.254',
    '64:ff9b::a9fe:a9fe',
  ])('refuses %s', (address) => {
    expect(isForbiddenAddress(address)).toBe(true);
  });

  it.each(['10.0.0.1', '192.168.1.1', '127.0.0.1', '::1', 'fd00::1', '8.8.8.8', 'reg.example', ''])(
    'lets %j pass',
    (address) => {
      expect(isForbiddenAddress(address)).toBe(false);
    },
  );
});

describe('isLoopbackHost', () => {
  it.each([
    'localhost',
    'LOCALHOST',
    'localhost.',
    'reg.localhost',
    '127.0.0.1',
    '127.9.9.9',
    '[::1]',
  ])('knows %s', (host) => {
    expect(isLoopbackHost(host)).toBe(true);
  });
  it.each(['localhost.example', 'notlocalhost', '128.0.0.1', '[::2]'])(
    'does not know %s',
    (host) => {
      expect(isLoopbackHost(host)).toBe(false);
    },
  );
});

describe('guardedLookup', () => {
  const lookup = (name: string) =>
    promisify((hostname: string, done: (error: Error | null, value?: unknown) => void) =>
      guardedLookup(hostname, { all: true }, (error, addresses) => done(error, addresses)),
    )(name);

  it('refuses a name that resolves to a forbidden address', async () => {
    // getaddrinfo takes an address for a name, which needs no DNS in the test.
    await expect(lookup('169.254.169.254')).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
  });

  it('gives the addresses of any other name', async () => {
    await expect(lookup('127.0.0.1')).resolves.toEqual([{ address: '127.0.0.1', family: 4 }]);
  });
});

describe('authority', () => {
  it('gives an IPv6 address its brackets', () => {
    expect(authority('::1', '443')).toBe('[::1]:443');
    expect(authority('[::1]', '443')).toBe('[::1]:443');
    expect(authority('reg.example', '5000')).toBe('reg.example:5000');
  });
});
