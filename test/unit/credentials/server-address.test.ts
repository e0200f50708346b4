import { describe, expect, it } from 'vitest';
import {
  findServerKey,
  formatServerKey,
  parseServerAddress,
} from '#core/credentials/server-address';

describe('parseServerAddress', () => {
  it.each([
    ['registry.example', 'registry.example', ''],
    ['Registry.Example:5000', 'registry.example:5000', ''],
    ['https://registry.example', 'registry.example', ''],
    ['https://registry.example/', 'registry.example', ''],
    ['https://registry.example/v1/', 'registry.example', ''],
    ['http://registry.example:5000/v2', 'registry.example:5000', ''],
    ['[::1]:5000', '[::1]:5000', ''],
    ['quay.io/team', 'quay.io', 'team'],
    ['https://quay.io/team/app/', 'quay.io', 'team/app'],
    // trap 33: one registry with many names
    ['docker.io', 'index.docker.io', ''],
    ['registry-1.docker.io', 'index.docker.io', ''],
    ['https://index.docker.io/v1/', 'index.docker.io', ''],
    // Docker keeps the parts of a browser login beside the login itself; they are no logins.
    ['https://index.docker.io/v1/access-token', 'index.docker.io', 'v1/access-token'],
  ])('%s', (text, host, path) => {
    expect(parseServerAddress(text)).toEqual({ host, path });
  });
});

describe('findServerKey', () => {
  const find = (keys: string[], host: string): string | undefined =>
    findServerKey(keys, parseServerAddress(host));

  it('finds old spellings of a key', () => {
    expect(find(['https://registry.example/v1/'], 'registry.example')).toBe(
      'https://registry.example/v1/',
    );
  });

  it('takes the exact key before an old one, wherever it stands', () => {
    const keys = ['https://h:5000/v1/', 'h:5000', 'http://h:5000'];
    expect(find(keys, 'h:5000')).toBe('h:5000');
  });

  it('trap 33: finds Docker Hub under any of its names', () => {
    expect(find(['https://index.docker.io/v1/'], 'docker.io')).toBe('https://index.docker.io/v1/');
    expect(find(['docker.io'], 'registry-1.docker.io')).toBe('docker.io');
    expect(formatServerKey(parseServerAddress('docker.io'))).toBe('https://index.docker.io/v1/');
  });

  it.each([
    [['https://index.docker.io/v1/refresh-token'], 'docker.io'],
    [['quay.io/team'], 'quay.io'],
    [['registry.example'], 'registry.example:5000'],
    [['registry.example:443'], 'registry.example'],
    [['evil-registry.example'], 'registry.example'],
    [['registry.example.evil.example'], 'registry.example'],
    [['https://evil.example/registry.example'], 'registry.example'],
    [['registry.example@evil.example'], 'registry.example'],
  ])('does not take %j for %s', (keys, host) => {
    expect(find(keys, host)).toBeUndefined();
  });
});
