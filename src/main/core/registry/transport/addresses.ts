import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/**
 * Addresses that no registry may send this client to: link-local, where clouds keep their metadata services,
 * the other well-known metadata addresses, "this host" and multicast. IPv4-mapped IPv6 is covered by BlockList.
 */
const forbidden = new BlockList();
forbidden.addSubnet('0.0.0.0', 8, 'ipv4');
forbidden.addSubnet('169.254.0.0', 16, 'ipv4');
forbidden.addSubnet('224.0.0.0', 3, 'ipv4');
forbidden.addAddress('100.100.100.200', 'ipv4'); // Alibaba Cloud metadata
forbidden.addAddress('168.63.129.16', 'ipv4'); // Azure wire server
forbidden.addAddress('192.0.0.192', 'ipv4'); // Oracle Cloud metadata
forbidden.addAddress('::', 'ipv6');
forbidden.addSubnet('fe80::', 10, 'ipv6');
forbidden.addSubnet('ff00::', 8, 'ipv6');
forbidden.addAddress('fd00:ec2::254', 'ipv6'); // AWS metadata
forbidden.addAddress('fd20:ce::254', 'ipv6'); // Google Cloud metadata
forbidden.addSubnet('64:ff9b::a9fe:0', 112, 'ipv6'); // 169.254.0.0/16 behind NAT64

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** `URL.hostname` keeps the brackets of an IPv6 literal; everything here wants it without. */
export function bareHost(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

/** `host:port` for a CONNECT request; an IPv6 address gets its brackets back. */
export function authority(hostname: string, port: string): string {
  const host = bareHost(hostname);
  return `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}

function isListed(list: BlockList, address: string): boolean {
  const version = isIP(address);
  return version !== 0 && list.check(address, version === 6 ? 'ipv6' : 'ipv4');
}

/** True for an IP literal that no redirect or realm may name. Names are judged when they are resolved. */
export function isForbiddenAddress(host: string): boolean {
  return isListed(forbidden, bareHost(host));
}

/** RFC 6761 gives `localhost` and everything below it to this machine. */
export function isLoopbackHost(hostname: string): boolean {
  const host = bareHost(hostname).toLowerCase().replace(/\.$/, '');
  if (host === 'localhost' || host.endsWith('.localhost')) return true;
  // Asked for every request, and a look into a BlockList costs as much as the rest of it.
  return isIP(host) === 4 ? host.startsWith('127.') : isListed(loopback, host);
}

/** A name that a foreign URL used leads to a forbidden address. */
export class AddressRefused extends Error {
  readonly code = 'ADDRESS_REFUSED';
  constructor(hostname: string, address: string) {
    super(`${hostname} resolves to ${address}`);
  }
}

/**
 * A `lookup` for net.connect that refuses forbidden answers at the moment of the connection,
 * so that a name cannot pass a check and then resolve to something else (DNS rebinding).
 */
export const guardedLookup: LookupFunction = (hostname, options, callback) => {
  dnsLookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error) return callback(error, '', 0);
    const bad = addresses.find(({ address }) => isForbiddenAddress(address));
    if (bad) return callback(new AddressRefused(hostname, bad.address), '', 0);
    if (options.all) return callback(null, addresses);
    const [first] = addresses;
    return callback(null, first?.address ?? '', first?.family ?? 0);
  });
};
