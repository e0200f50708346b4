import { hostname, networkInterfaces } from 'node:os';
import { parseHostName } from '#core/certificates/index';
import { engineHostNames } from '#core/local-guides/index';
import type { RuntimeSettings } from '../settings';

/** The names that the registry's certificate is for: what every machine has, its addresses when it is shared, and the user's. */
export function certificateNames({ reach, hostNames }: RuntimeSettings): readonly string[] {
  const addresses = reach === 'network' ? machineAddresses() : [];
  const names = ['localhost', '127.0.0.1', '::1', ...engineHostNames, hostname(), ...addresses];
  const usable = names.flatMap((name) => {
    try {
      return [parseHostName(name)];
    } catch {
      // A machine may have a name that no certificate can have.
      return [];
    }
  });
  return [...new Set([...usable, ...hostNames])];
}

function machineAddresses(): string[] {
  const addresses: string[] = [];
  for (const list of Object.values(networkInterfaces())) {
    for (const { address, internal, scopeid } of list ?? []) {
      // Link-local IPv6 addresses need a zone, which stands in no certificate.
      if (!internal && (scopeid ?? 0) === 0) addresses.push(address);
    }
  }
  return addresses.sort();
}
