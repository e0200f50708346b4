import { isIP } from 'node:net';
import { CertificateProblem } from './certificate-problem';

const labelPattern = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/u;
const maxNames = 128;

/**
 * A host name or IP address as it stands in a certificate: lower case, IPv6 in its short form (RFC 5952). Throws
 * CertificateProblem for what is neither (RFC 1123, section 2.1: an all-numeric last label would be read as an address).
 */
export function parseHostName(text: string): string {
  const name = text.trim().toLowerCase();
  const family = isIP(name);
  if (family === 4) return name;
  if (family === 6 && !name.includes('%')) return shortIpv6(name);
  const labels = name.split('.');
  const last = labels.at(-1) ?? '';
  const isName =
    name.length <= 253 &&
    labels.every((label) => labelPattern.test(label)) &&
    !/^(?:\d+|0x[0-9a-f]*)$/u.test(last);
  if (isName) return name;
  throw new CertificateProblem(
    'host-name',
    `"${text.slice(0, 80)}" is neither a host name nor an IP address, so no certificate can be made for it. A host name has letters, digits, dashes and dots, such as registry.example.com; leave the port and the scheme out.`,
  );
}

/** Every name once, in the order given. Throws CertificateProblem for a bad name, for none and for too many. */
export function parseHostNames(names: readonly string[]): readonly string[] {
  const parsed = [...new Set(names.map((name) => parseHostName(name)))];
  if (parsed.length > 0 && parsed.length <= maxNames) return parsed;
  throw new CertificateProblem(
    'host-name',
    `A certificate needs between one and ${maxNames} host names; ${parsed.length} were given.`,
  );
}

/** `0:0:0:0:0:0:0:1` is `::1`: the URL parser writes addresses in their short form. */
export const shortIpv6 = (address: string): string =>
  new URL(`http://[${address}]`).hostname.slice(1, -1);
