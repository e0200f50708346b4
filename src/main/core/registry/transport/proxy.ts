import { BlockList, isIP } from 'node:net';
import { bareHost, isLoopbackHost } from './addresses';

/** Proxies as the usual environment variables name them. */
export type ProxySettings = {
  httpProxy?: string | undefined;
  httpsProxy?: string | undefined;
  /** Entries of NO_PROXY: `*`, a host, `.suffix`, an address, a CIDR block, each optionally with `:port`. */
  noProxy: readonly string[];
};

/** Reads HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY in either case; the lower-case name wins, as in curl. */
export function proxyFromEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): ProxySettings {
  const read = (name: string): string | undefined =>
    env[name.toLowerCase()]?.trim() || env[name]?.trim() || undefined;
  const noProxy = (read('NO_PROXY') ?? '').split(/[\s,]+/).filter((entry) => entry !== '');
  const all = read('ALL_PROXY');
  return {
    httpProxy: read('HTTP_PROXY') ?? all,
    httpsProxy: read('HTTPS_PROXY') ?? all,
    noProxy,
  };
}

/** `host`, `[v6]:port` and `host:port`; a bare IPv6 address has no port. */
function splitEntry(entry: string): { host: string; port: string | undefined } {
  const match = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(entry);
  if (!match) return { host: entry, port: undefined };
  return { host: bareHost(match[1] ?? ''), port: match[2] };
}

function isInBlock(host: string, block: string): boolean {
  const [network = '', prefix = ''] = block.split('/');
  const version = isIP(network);
  if (version === 0 || isIP(host) === 0 || !/^\d{1,3}$/.test(prefix)) return false;
  if (Number(prefix) > (version === 6 ? 128 : 32)) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(prefix), version === 6 ? 'ipv6' : 'ipv4');
  return list.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4');
}

function entryCovers(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  if (entry.includes('/')) return isInBlock(host, entry);
  const named = splitEntry(entry.toLowerCase());
  if (named.port !== undefined && named.port !== port) return false;
  const suffix = named.host.replace(/^\*?\./, '');
  if (suffix === '') return false;
  return host === suffix || (isIP(host) === 0 && host.endsWith(`.${suffix}`));
}

/** The proxy for a URL, as written; undefined means a direct connection. Loopback is never sent through a proxy. */
export function proxyFor(url: URL, settings: ProxySettings | undefined): string | undefined {
  const proxy = url.protocol === 'https:' ? settings?.httpsProxy : settings?.httpProxy;
  if (settings === undefined || proxy === undefined || isLoopbackHost(url.hostname)) {
    return undefined;
  }
  const host = bareHost(url.hostname).toLowerCase();
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return settings.noProxy.some((entry) => entryCovers(entry, host, port)) ? undefined : proxy;
}

/** Accepts `host:port` without a scheme, as curl does. Undefined for what is no http(s) proxy, SOCKS included. */
export function tryParseProxy(text: string): URL | undefined {
  try {
    const url = new URL(text.includes('://') ? text : `http://${text}`);
    return url.protocol === 'http:' || url.protocol === 'https:' ? url : undefined;
  } catch {
    return undefined;
  }
}

/** The Proxy-Authorization value for a user name and password in the proxy's URL. */
export function proxyAuthorization(proxy: URL): string | undefined {
  if (proxy.username === '') return undefined;
  const pair = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`;
}
