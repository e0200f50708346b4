import { Agent, Pool, type Dispatcher } from 'undici';
import type { RegistryLimits } from '../limits';
import { guardedLookup } from './addresses';
import { createConnector } from './connector';
import { proxyAuthorization, proxyFor, tryParseProxy, type ProxySettings } from './proxy';
import { createTlsMaterial, type TlsMaterial, type TlsSettings } from './tls';
import { createTunnel, ProxyFailure, type Tunnel } from './tunnel';

/** How one URL is reached: the dispatcher and what to hand to it. */
export type Route = {
  dispatcher: Dispatcher;
  origin: string;
  path: string;
  headers: Record<string, string>;
  /** A plain HTTP request handed to a proxy: connection errors are the proxy's. */
  isForwarded: boolean;
};

export type Routes = { routeFor(url: URL): Route; close(): Promise<void> };

export type RouteSettings = {
  registry: URL;
  tls: TlsSettings;
  proxy: ProxySettings | undefined;
  limits: RegistryLimits;
};

/** Two trust circles: the origin the user typed, and foreign hosts that the registry named. */
type Circle = 'own' | 'foreign';

/**
 * Keeps the connections of one registry. A foreign host gets no client certificate, and the addresses it
 * resolves to are judged; both kinds go through the proxy of the environment where it says so.
 */
export function createRoutes(settings: RouteSettings): Routes {
  const { limits, registry } = settings;
  const dispatchers = new Map<string, Dispatcher>();
  const tunnels = new Map<string, Tunnel>();
  const materials = new Map<Circle, TlsMaterial>();

  const materialOf = (circle: Circle): TlsMaterial => {
    const known = materials.get(circle);
    if (known) return known;
    const material = createTlsMaterial(settings.tls, registry.host, circle === 'own');
    materials.set(circle, material);
    return material;
  };

  const remember = <V>(map: Map<string, V>, key: string, make: () => V): V => {
    const known = map.get(key);
    if (known !== undefined) return known;
    const made = make();
    map.set(key, made);
    return made;
  };

  const clientOptions = {
    // Two spare connections drain the bodies that were given up while their places are taken again.
    connections: limits.concurrency + limits.blobConcurrency + 2,
    pipelining: 1,
    keepAliveTimeout: 30_000,
    headersTimeout: limits.headersMs,
    bodyTimeout: limits.bodyIdleMs,
    maxHeaderSize: 64 * 1024,
  };

  const tunnelThrough = (proxy: URL): Tunnel =>
    remember(tunnels, proxy.href, () =>
      createTunnel(proxy, { connectMs: limits.connectMs, material: () => materialOf('foreign') }),
    );

  const agentFor = (circle: Circle, proxy: URL | undefined): Dispatcher =>
    remember(dispatchers, `${circle} ${proxy?.href ?? 'direct'}`, () => {
      const connect = createConnector({
        connectMs: limits.connectMs,
        material: () => materialOf(circle),
        lookup: circle === 'foreign' && !proxy ? guardedLookup : undefined,
        openTunnel: proxy && tunnelThrough(proxy).open,
      });
      return new Agent({ ...clientOptions, connect });
    });

  /** A plain HTTP request goes to the proxy with its whole URL (RFC 9112, absolute-form). */
  const forward = (url: URL, proxy: URL): Route => {
    const authorization = proxyAuthorization(proxy);
    const dispatcher = remember(dispatchers, `forward ${proxy.href}`, () => {
      const connect = createConnector({
        connectMs: limits.connectMs,
        material: () => materialOf('foreign'),
      });
      return new Pool(proxy.origin, { ...clientOptions, connect });
    });
    const headers = {
      host: url.host,
      ...(authorization !== undefined && { 'proxy-authorization': authorization }),
    };
    return { dispatcher, origin: proxy.origin, path: url.href, headers, isForwarded: true };
  };

  return {
    routeFor(url) {
      const written = proxyFor(url, settings.proxy);
      const proxy = written === undefined ? undefined : tryParseProxy(written);
      if (written !== undefined && !proxy) {
        throw new ProxyFailure('the proxy setting is not an http or https URL', {});
      }
      if (proxy && url.protocol === 'http:') return forward(url, proxy);
      const dispatcher = agentFor(url.origin === registry.origin ? 'own' : 'foreign', proxy);
      const path = `${url.pathname}${url.search}`;
      return { dispatcher, origin: url.origin, path, headers: {}, isForwarded: false };
    },
    async close() {
      const closing = [...dispatchers.values()].map((dispatcher) => dispatcher.destroy());
      await Promise.all([...closing, ...[...tunnels.values()].map((tunnel) => tunnel.close())]);
    },
  };
}
