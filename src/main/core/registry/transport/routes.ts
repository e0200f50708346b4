import { Agent, Pool, type Dispatcher } from 'undici';
import type { RegistryLimits } from '../limits';
import { guardedLookup } from './addresses';
import { createConnector, type Connector } from './connector';
import { proxyAuthorization, proxyFor, tryParseProxy, type ProxySettings } from './proxy';
import { createTlsMaterial, type TlsMaterial, type TlsSettings } from './tls';
import { createTunnel, ProxyFailure, type Tunnel } from './tunnel';

/** How one URL is reached: the dispatcher and what to hand to it. */
export type Route = {
  dispatcher: Dispatcher;
  origin: string;
  path: string;
  headers: Record<string, string>;
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
  return new RouteTable(settings);
}

function remember<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

class RouteTable implements Routes {
  private readonly dispatchers = new Map<string, Dispatcher>();
  private readonly tunnels = new Map<string, Tunnel>();
  private readonly materials = new Map<Circle, TlsMaterial>();

  constructor(private readonly settings: RouteSettings) {}

  routeFor(url: URL): Route {
    const proxy = this.proxyFor(url);
    if (proxy && url.protocol === 'http:') return this.forward(url, proxy);
    const circle = url.origin === this.settings.registry.origin ? 'own' : 'foreign';
    const dispatcher = this.agentFor(circle, proxy);
    return { dispatcher, origin: url.origin, path: `${url.pathname}${url.search}`, headers: {} };
  }

  async close(): Promise<void> {
    await Promise.all([
      ...[...this.dispatchers.values()].map((dispatcher) => dispatcher.destroy()),
      ...[...this.tunnels.values()].map((tunnel) => tunnel.close()),
    ]);
  }

  private proxyFor(url: URL): URL | undefined {
    const written = proxyFor(url, this.settings.proxy);
    if (written === undefined) return undefined;
    const proxy = tryParseProxy(written);
    if (proxy) return proxy;
    throw new ProxyFailure('the proxy setting is not an http or https URL', {});
  }

  private agentFor(circle: Circle, proxy: URL | undefined): Dispatcher {
    return remember(this.dispatchers, `${circle} ${proxy?.href ?? 'direct'}`, () => {
      const connect = createConnector({
        connectMs: this.settings.limits.connectMs,
        material: () => this.materialOf(circle),
        lookup: circle === 'foreign' && !proxy ? guardedLookup : undefined,
        openTunnel: proxy && this.tunnelThrough(proxy).open,
      });
      return new Agent({ ...this.clientOptions(), connect });
    });
  }

  /** A plain HTTP request goes to the proxy with its whole URL (RFC 9112, absolute-form). */
  private forward(url: URL, proxy: URL): Route {
    const authorization = proxyAuthorization(proxy);
    const dispatcher = remember(this.dispatchers, `forward ${proxy.href}`, () => {
      const connect = this.connectToProxy();
      return new Pool(proxy.origin, { ...this.clientOptions(), connect });
    });
    const headers = {
      host: url.host,
      ...(authorization !== undefined && { 'proxy-authorization': authorization }),
    };
    return { dispatcher, origin: proxy.origin, path: url.href, headers };
  }

  private tunnelThrough(proxy: URL): Tunnel {
    const { connectMs } = this.settings.limits;
    return remember(this.tunnels, proxy.href, () =>
      createTunnel(proxy, { connectMs, connect: this.connectToProxy() }),
    );
  }

  private connectToProxy(): Connector {
    return createConnector({
      connectMs: this.settings.limits.connectMs,
      material: () => this.materialOf('foreign'),
      isProxy: true,
    });
  }

  private materialOf(circle: Circle): TlsMaterial {
    const { tls, registry } = this.settings;
    return remember(this.materials, circle, () =>
      createTlsMaterial(tls, registry.host, circle === 'own'),
    );
  }

  private clientOptions(): Pool.Options {
    const { limits } = this.settings;
    return {
      // Two spare connections drain the bodies that were given up while their places are taken again.
      connections: limits.concurrency + 2 * limits.blobConcurrency + 2,
      pipelining: 1,
      keepAliveTimeout: 30_000,
      headersTimeout: limits.headersMs,
      bodyTimeout: limits.bodyIdleMs,
      maxHeaderSize: 64 * 1024,
    };
  }
}
