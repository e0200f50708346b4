import { isIP, type Socket } from 'node:net';
import { connect } from 'node:tls';
import type { CertificateSummary } from '../errors';
import { failure } from '../words';
import { authority, bareHost } from './addresses';
import { chainOf } from './certificates';
import { classifyFailure, noteOn } from './error-map';
import { parseOrigin } from './origin';
import { proxyFor, tryParseProxy, type ProxySettings } from './proxy';
import { createConnector } from './connector';
import { createTlsMaterial, type TlsMaterial } from './tls';
import { createTunnel, type Tunnel } from './tunnel';
import { createCalls, type Call } from './call';

export type ProbeOptions = {
  timeoutMs: number;
  proxy?: ProxySettings | undefined;
  signal?: AbortSignal | undefined;
};

/** Shakes hands with whoever answers, reads the chain and hangs up: not one byte of a request is sent. */
function readChain(url: URL, call: Call, socket?: Socket): Promise<CertificateSummary[]> {
  return new Promise((resolve, reject) => {
    const host = bareHost(url.hostname);
    const connection = connect({
      ...(socket ? { socket } : { host, port: Number(url.port || 443) }),
      ...(isIP(host) === 0 && { servername: host }),
      rejectUnauthorized: false,
    });
    const stop = (): void => {
      connection.destroy();
      reject(call.signal.reason as Error);
    };
    if (call.signal.aborted) stop();
    call.signal.addEventListener('abort', stop, { once: true });
    connection.once('secureConnect', () => {
      resolve(chainOf(connection));
      connection.destroy();
    });
    connection.on('error', reject);
    connection.once('close', () => reject(new Error('closed during the TLS handshake')));
  });
}

function openTunnelTo(proxy: URL, connectMs: number, host: string): Tunnel {
  const material = (): TlsMaterial => createTlsMaterial({}, host, false);
  const connect = createConnector({ connectMs, material, isProxy: true });
  return createTunnel(proxy, { connectMs, connect });
}

/**
 * Shows the chain a registry presents, leaf first, without trusting it. Throws RegistryError: the codes of a
 * failed connection, `tls-not-offered` for a port without TLS, `address-invalid` for what is no address.
 */
export async function probeCertificates(
  origin: string,
  options: ProbeOptions,
): Promise<CertificateSummary[]> {
  const { base, host } = parseOrigin(origin);
  if (base.protocol !== 'https:') throw failure('tls-not-offered', { host, step: 'certificates' });
  const call = createCalls().begin(options.signal);
  const stopTimer = call.startTimer(options.timeoutMs);
  const written = proxyFor(base, options.proxy);
  const proxy = written === undefined ? undefined : tryParseProxy(written);
  let tunnel: Tunnel | undefined;
  try {
    tunnel = proxy && openTunnelTo(proxy, options.timeoutMs, host);
    const socket = await tunnel?.open(authority(base.hostname, base.port || '443'));
    return await readChain(base, call, socket);
  } catch (error) {
    const detail = { host, step: 'certificates', cause: error } as const;
    throw failure(classifyFailure(error), detail, noteOn(error));
  } finally {
    stopTimer();
    call.dispose();
    await tunnel?.close();
  }
}
