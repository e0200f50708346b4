import type { LookupFunction, Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { buildConnector } from 'undici';
import type { CertificateSummary } from '../errors';
import { authority } from './addresses';
import { chainOf, normalizeFingerprint } from './certificates';
import type { TlsMaterial } from './tls';
import { ProxyFailure, type OpenTunnel } from './tunnel';

/** A certificate that is neither valid nor on the user's list. `code` is OpenSSL's or Node's reason. */
export class CertificateRefused extends Error {
  readonly code: string;
  readonly chain: CertificateSummary[];
  constructor(code: string, chain: CertificateSummary[]) {
    super(`certificate refused: ${code}`);
    this.code = code;
    this.chain = chain;
  }
}

export type ConnectorSettings = {
  connectMs: number;
  /** Called for the first https connection only. */
  material: () => TlsMaterial;
  /** Judges each resolved address; absent for the origin the user typed, and behind a proxy. */
  lookup?: LookupFunction | undefined;
  /** Absent: connect directly. */
  openTunnel?: OpenTunnel | undefined;
  /** The peer is a proxy: a failed connection says nothing about the registry. */
  isProxy?: boolean;
};

export type Connector = buildConnector.connector;

/** Why a socket of a connector with fingerprints must not be used; undefined when it may. */
function refusalOf(
  socket: Socket | TLSSocket,
  trusted: ReadonlySet<string>,
): CertificateRefused | undefined {
  if (!(socket instanceof TLSSocket)) return new CertificateRefused('NO_TLS', []);
  if (socket.authorized) return undefined;
  // Not getPeerX509Certificate: in Node 20 nothing can be read from the socket after it.
  const chain = chainOf(socket);
  const leaf = chain[0]?.fingerprintSha256;
  if (leaf !== undefined && trusted.has(normalizeFingerprint(leaf))) return undefined;
  return new CertificateRefused(String(socket.authorizationError), chain);
}

/** Checks the peer before undici gets the socket: no byte of a request is sent to a refused one. */
function withFingerprints(connect: Connector, trusted: ReadonlySet<string>): Connector {
  return (options, callback) => {
    connect(options, (error, socket) => {
      if (error) return callback(error, null);
      const refusal = refusalOf(socket, trusted);
      if (!refusal) return callback(null, socket);
      socket.destroy();
      return callback(refusal, null);
    });
  };
}

/**
 * Node verifies the chain itself, unless the user trusts certificates by fingerprint; only then is its verdict
 * taken by hand. TLS sessions are not resumed, because Node skips the host name check on a resumed session.
 */
function createTlsConnector(settings: ConnectorSettings): Connector {
  const { secureContext, trustedFingerprints } = settings.material();
  const isPinned = trustedFingerprints.size > 0 && !settings.isProxy;
  const connect = buildConnector({
    timeout: settings.connectMs,
    maxCachedSessions: 0,
    secureContext,
    ...(settings.lookup && { lookup: settings.lookup }),
    ...(isPinned && { rejectUnauthorized: false }),
  });
  return isPinned ? withFingerprints(connect, trustedFingerprints) : connect;
}

/** Connects through a CONNECT tunnel and shakes hands with the registry inside it. */
function throughTunnel(openTunnel: OpenTunnel, secure: Connector): Connector {
  const connect = async (
    options: buildConnector.Options,
    callback: buildConnector.Callback,
  ): Promise<void> => {
    let httpSocket: Socket;
    try {
      httpSocket = await openTunnel(authority(options.hostname, options.port || '443'));
    } catch (error) {
      return callback(error as Error, null);
    }
    return secure({ ...options, httpSocket }, callback);
  };
  return (options, callback) => void connect(options, callback);
}

/** undici takes the name for TLS from the Host header, which names the registry and not the proxy. */
function asProxy(connect: Connector): Connector {
  return ({ hostname, host, protocol, port }, callback) => {
    connect({ hostname, protocol, port, ...(host !== undefined && { host }) }, (error, socket) => {
      if (!error) return callback(null, socket);
      const cause = error;
      return callback(new ProxyFailure('the proxy could not be reached', { cause }), null);
    });
  };
}

/** Opens sockets for undici: direct or through a tunnel, plain or with TLS by the rules above. */
export function createConnector(settings: ConnectorSettings): Connector {
  const lookup = settings.lookup && { lookup: settings.lookup };
  const plain = buildConnector({ timeout: settings.connectMs, ...lookup });
  let tlsConnector: Connector | undefined;
  const secure: Connector = (options, callback) => {
    try {
      tlsConnector ??= createTlsConnector(settings);
    } catch (error) {
      return callback(error as Error, null);
    }
    return tlsConnector(options, callback);
  };
  const tunneled = settings.openTunnel ? throughTunnel(settings.openTunnel, secure) : secure;
  const connect: Connector = (options, callback) =>
    options.protocol === 'https:' ? tunneled(options, callback) : plain(options, callback);
  return settings.isProxy ? asProxy(connect) : connect;
}
