import type { Socket } from 'node:net';
import { Pool, type buildConnector } from 'undici';
import { proxyAuthorization } from './proxy';

/** The proxy could not be reached or did not open the way. `status` is its answer to CONNECT. */
export class ProxyFailure extends Error {
  readonly code = 'PROXY_FAILED';
  readonly status: number | undefined;
  constructor(message: string, options: { status?: number; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.status = options.status;
  }
}

/** Opens a TCP stream to `host:port` through a proxy. */
export type OpenTunnel = (target: string) => Promise<Socket>;

export type Tunnel = { open: OpenTunnel; close(): Promise<void> };

/** CONNECT tunnels (RFC 9110, CONNECT) through an http:// or https:// proxy. */
export function createTunnel(
  proxy: URL,
  settings: { connectMs: number; connect: buildConnector.connector },
): Tunnel {
  const authorization = proxyAuthorization(proxy);
  const pool = new Pool(proxy.origin, {
    headersTimeout: settings.connectMs,
    connect: settings.connect,
  });
  return {
    async open(target) {
      try {
        const { socket, statusCode } = await pool.connect({
          path: target,
          headers: {
            host: target,
            ...(authorization !== undefined && { 'proxy-authorization': authorization }),
          },
        });
        if (statusCode === 200) return socket as Socket;
        socket.on('error', () => {}).destroy();
        throw new ProxyFailure(`CONNECT answered ${statusCode}`, { status: statusCode });
      } catch (error) {
        if (error instanceof ProxyFailure) throw error;
        throw new ProxyFailure('the proxy could not be reached', { cause: error });
      }
    },
    close: () => pool.destroy(),
  };
}
