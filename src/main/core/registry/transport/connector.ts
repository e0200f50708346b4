import type { LookupFunction } from 'node:net';
import { TLSSocket } from 'node:tls';
import { buildConnector } from 'undici';
import type { CertificateSummary } from '../errors';
import { authority } from './addresses';
import { chainOf, normalizeFingerprint } from './certificates';
import type { TlsMaterial } from './tls';
import type { OpenTunnel } from './tunnel';

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
};

/** Why a socket of a connector with fingerprints must not be used; undefined when it may. */
function refusalOf(socket: TLSSocket, trusted: ReadonlySet<string>): Error | undefined {
  if (socket.authorized) return undefined;
  const leaf = socket.getPeerX509Certificate();
  if (leaf && trusted.has(normalizeFingerprint(leaf.fingerprint256))) return undefined;
  return new CertificateRefused(String(socket.authorizationError), chainOf(socket));
}

/**
 * Node verifies the chain itself, unless the user trusts certificates by fingerprint. Only then is its
 * verdict taken by hand, before undici gets the socket: no byte of a request is sent to a refused peer.
 * TLS sessions are not resumed, because Node skips the host name check on a resumed session.
 */
function createTlsConnector(settings: ConnectorSettings): buildConnector.connector {
  const { secureContext, trustedFingerprints } = settings.material();
  const isPinned = trustedFingerprints.size > 0;
  const connect = buildConnector({
    timeout: settings.connectMs,
    maxCachedSessions: 0,
    secureContext,
    ...(settings.lookup && { lookup: settings.lookup }),
    ...(isPinned && { rejectUnauthorized: false }),
  });
  if (!isPinned) return connect;
  return (options, callback) => {
    connect(options, (error, socket) => {
      if (error) return callback(error, null);
      const refusal =
        socket instanceof TLSSocket
          ? refusalOf(socket, trustedFingerprints)
          : new Error('The pinned connector was given a socket without TLS.');
      if (!refusal) return callback(null, socket);
      socket.destroy();
      return callback(refusal, null);
    });
  };
}

function createPlainConnector(settings: ConnectorSettings): buildConnector.connector {
  return buildConnector({
    timeout: settings.connectMs,
    ...(settings.lookup && { lookup: settings.lookup }),
  });
}

/** Opens sockets for undici: direct or through a CONNECT tunnel, plain or with TLS by the rules above. */
export function createConnector(settings: ConnectorSettings): buildConnector.connector {
  let tlsConnector: buildConnector.connector | undefined;
  const plainConnector = createPlainConnector(settings);

  const secure = (options: buildConnector.Options, callback: buildConnector.Callback): void => {
    try {
      tlsConnector ??= createTlsConnector(settings);
    } catch (error) {
      return callback(error as Error, null);
    }
    return tlsConnector(options, callback);
  };

  return (options, callback) => {
    if (options.protocol !== 'https:') return plainConnector(options, callback);
    if (!settings.openTunnel) return secure(options, callback);
    settings.openTunnel(authority(options.hostname, options.port || '443')).then(
      (httpSocket) => secure({ ...options, httpSocket }, callback),
      (error: unknown) => callback(error as Error, null),
    );
  };
}
