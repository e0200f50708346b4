import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { RegistryFault } from '../errors';
import type { AuthAnswer } from '../handler';

/**
 * An open registry on loopback trusts whoever can reach it, and a web page in a browser on this machine can. Pages are
 * kept out twice: a page of another site says so in `Origin` or `Sec-Fetch-Site`; and a page that made its own name
 * resolve to 127.0.0.1 (DNS rebinding) shows that name in `Host`. Engines send neither header, and the names they use
 * for this machine are addresses, single words or of a domain that nobody can own.
 */
export function createOpenAuth(options: {
  /** Further names this machine goes by, for example behind a proxy. */
  hostNames: readonly string[];
  /** True once the registry was opened to the network on purpose: then any name may lead to it. */
  isExposed: () => boolean;
}): (req: IncomingMessage) => AuthAnswer {
  const nobody: AuthAnswer = { actor: undefined };
  const hostNames = new Set(options.hostNames.map((name) => name.toLowerCase()));
  let lastHost: string | undefined;
  return (req) => {
    const { host, origin } = req.headers;
    const site = req.headers['sec-fetch-site'];
    if (origin !== undefined || (site !== undefined && site !== 'none')) {
      throw new RegistryFault(403, 'DENIED', 'web pages may not use this registry');
    }
    if (host === lastHost || host === undefined || options.isExposed()) return nobody;
    const name = bareName(host);
    if (!isLocalName(name) && !hostNames.has(name)) {
      throw new RegistryFault(
        403,
        'DENIED',
        'a registry without password answers only to names of this machine; call it 127.0.0.1',
        { host: host.slice(0, 255) },
      );
    }
    lastHost = host;
    return nobody;
  };
}

/** Top-level domains that are reserved or kept private (RFC 2606, RFC 6762, RFC 8375, ICANN's .internal). */
const privateDomains = /\.(?:localhost|local|internal|test|example|invalid|lan|home\.arpa)$/u;

/** The name or address in a Host header, without port, brackets and closing dot. */
const bareName = (host: string): string =>
  host
    .replace(/:\d+$/u, '')
    .replace(/^\[(.*)\]$/u, '$1')
    .replace(/\.$/u, '')
    .toLowerCase();

function isLocalName(name: string): boolean {
  return isIP(name) !== 0 || !name.includes('.') || privateDomains.test(name);
}
