import { describe, expect, it } from 'vitest';
import { CertificateProblem, parseHostName } from '#core/certificates/index';

describe('parseHostName', () => {
  it.each([
    ['LocalHost', 'localhost'],
    [' registry.Example.com ', 'registry.example.com'],
    ['127.0.0.1', '127.0.0.1'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['FE80::0001', 'fe80::1'],
    ['3com', '3com'],
  ])('writes %s as %s', (text, name) => {
    expect(parseHostName(text)).toBe(name);
  });

  it.each([
    '',
    '-',
    '...',
    'a..b',
    'host.',
    '-a.example',
    '*.example.com',
    'registry:5055',
    'https://registry',
    '1.2.3',
    '256.1.1.1',
    'a.0x7f',
    'fe80::1%eth0',
    'a,DNS:b',
    `${'a'.repeat(64)}.example`,
    'a.'.repeat(127) + 'abc',
  ])('refuses %j and says what a host name is', (text) => {
    expect(() => parseHostName(text)).toThrow(CertificateProblem);
    expect(() => parseHostName(text)).toThrow(/letters, digits, dashes and dots/u);
  });
});
