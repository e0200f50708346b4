import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { describeExposure, networkAddresses } from '#core/local-guides/index';
import { bridge, lan } from './place';

const info = (address: string, internal = false): NetworkInterfaceInfo => ({
  address,
  internal,
  netmask: '',
  mac: '',
  cidr: null,
  ...(address.includes(':') ? { family: 'IPv6', scopeid: 0 } : { family: 'IPv4' }),
});

const input = {
  port: 5055,
  tls: true,
  users: ['ada'],
  readOnly: false,
  canDelete: true,
  hostNames: ['desk.local'],
  networkAddresses: [lan, bridge],
};

describe('networkAddresses', () => {
  it('leaves out what is of no use in a reference, and puts networks before bridges', () => {
    const found = networkAddresses({
      lo: [info('127.0.0.1', true), info('::1', true)],
      docker0: [info('172.17.0.1')],
      'br-0a1b2c3d4e5f': [info('172.18.0.1')],
      eth0: [info('fe80::1'), info('2001:db8::7'), info('192.168.1.20'), info('169.254.3.4')],
      gone: undefined,
    });
    expect(found.map(({ address, kind }) => `${address} ${kind}`)).toEqual([
      '192.168.1.20 network',
      '2001:db8::7 network',
      '172.17.0.1 containers',
      '172.18.0.1 containers',
    ]);
  });

  it.each([
    ['10.1.2.3', false],
    ['100.64.0.9', false],
    ['172.32.0.1', true],
    ['203.0.113.9', true],
    ['fd00::5', false],
    ['2001:db8::7', true],
  ])('%s is public: %s', (address, isPublic) => {
    expect(networkAddresses({ eth0: [info(address)] })[0]).toMatchObject({ isPublic });
  });
});

describe('describeExposure', () => {
  it('asks for a user and TLS first (trap 52)', () => {
    expect(describeExposure(input).missing).toEqual([]);
    expect(describeExposure({ ...input, tls: false }).missing).toEqual(['tls']);
    expect(describeExposure({ ...input, tls: false, users: [] }).missing).toEqual(['user', 'tls']);
  });

  it('names every address once, IPv6 in brackets', () => {
    const v6 = { ...lan, address: '2001:db8::7', isPublic: true };
    const { addresses, sentences } = describeExposure({
      ...input,
      hostNames: ['desk.local', '192.168.1.20'],
      networkAddresses: [lan, v6, bridge],
    });
    expect(addresses).toEqual([
      'desk.local:5055',
      '192.168.1.20:5055',
      '[2001:db8::7]:5055',
      '172.17.0.1:5055',
    ]);
    expect(sentences.join(' ')).toContain('2001:db8::7 is a public address');
  });

  it('says to whom and for what', () => {
    const all = (changes: object) => describeExposure({ ...input, ...changes }).sentences.join(' ');
    expect(all({})).toContain('networks of this computer (eth0)');
    expect(all({})).toContain(
      'The user (ada) can pull every image, push new ones and overwrite tags, and delete',
    );
    expect(all({ canDelete: false })).not.toContain('delete');
    expect(all({ readOnly: true })).toContain('can pull every image;');
    expect(all({ readOnly: true })).not.toMatch(/push|delete/u);
    expect(all({ users: [] })).toContain('anybody who reaches it could pull');
    expect(all({ tls: false })).toContain('could read passwords');
    expect(all({ networkAddresses: [] })).toContain('no network right now');
    expect(all({ networkAddresses: [lan] })).not.toContain('internet');
  });
});
