import { BlockList, isIP } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';
import type { NetworkAddress } from './guide';

/** Bridges of engines, clusters and virtual machines; the names are those the programs choose themselves. */
const containerBridges =
  /^(?:docker\d|br-[0-9a-f]{6,}|podman\d|cni|cali|flannel|virbr|vmnet|vboxnet|bridge1\d\d|vEthernet \()/u;

const linkLocal = new BlockList();
linkLocal.addSubnet('169.254.0.0', 16, 'ipv4');
linkLocal.addSubnet('fe80::', 10, 'ipv6');

/** RFC 1918, RFC 6598, RFC 4193. */
const privateNetworks = new BlockList();
privateNetworks.addSubnet('10.0.0.0', 8, 'ipv4');
privateNetworks.addSubnet('172.16.0.0', 12, 'ipv4');
privateNetworks.addSubnet('192.168.0.0', 16, 'ipv4');
privateNetworks.addSubnet('100.64.0.0', 10, 'ipv4');
privateNetworks.addSubnet('fc00::', 7, 'ipv6');

/**
 * The addresses of this machine that others can reach, from `os.networkInterfaces()`: no loopback, no link-local
 * addresses (they are of no use in a reference), networks before bridges, IPv4 first.
 */
export function networkAddresses(
  interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>,
): readonly NetworkAddress[] {
  const found: NetworkAddress[] = [];
  for (const [interfaceName, addresses] of Object.entries(interfaces)) {
    for (const { address, internal } of addresses ?? []) {
      const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
      if (internal || isIP(address) === 0 || linkLocal.check(address, family)) continue;
      found.push({
        address,
        interfaceName,
        kind: containerBridges.test(interfaceName) ? 'containers' : 'network',
        isPublic: !privateNetworks.check(address, family),
      });
    }
  }
  return found.toSorted((a, b) => rank(a) - rank(b));
}

const rank = ({ kind, address }: NetworkAddress): number =>
  (kind === 'network' ? 0 : 2) + (isIP(address) === 4 ? 0 : 1);

/** `host:port`, with brackets around an IPv6 address. */
export const formatHostPort = (host: string, port: number): string =>
  `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
