import http from 'node:http';
import type https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { RegistryFault } from './errors';
import { markAwaitingContinue, type RegistryHandler } from './handler';
import type { RegistryLimits } from './limits';

export type ListenOptions = Readonly<{
  /** 0 takes a free port. */
  port: number;
  /** Loopback unless told otherwise. */
  host?: string;
  tls?: TlsPair;
}>;

export type TlsPair = Readonly<{ cert: string | Buffer; key: string | Buffer }>;

export type Listening = Readonly<{
  /** `http://host:port`, as a client has to write it. */
  url: string;
  host: string;
  port: number;
  /** Shows another certificate to connections from now on. Only where the port was opened with one. */
  setTls: (tls: TlsPair) => void;
  /** Takes no new connections, lets requests under way end within `drainMs`, then cuts what is left. */
  close: (drainMs?: number) => Promise<void>;
}>;

const defaultDrainMs = 10_000;

/** Opens the port. Rejects with the node:net error when it is taken. */
export async function listen(
  handler: RegistryHandler,
  limits: RegistryLimits,
  options: ListenOptions,
): Promise<Listening> {
  const host = options.host ?? '127.0.0.1';
  const server = await createServer(limits, options, handler);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port: options.port, backlog: 1024 }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `${options.tls === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    host,
    port,
    setTls(tls) {
      if ('setSecureContext' in server) server.setSecureContext(tls);
    },
    close: (drainMs = defaultDrainMs) => drain(server, drainMs),
  };
}

async function createServer(
  limits: RegistryLimits,
  { tls }: ListenOptions,
  handler: RegistryHandler,
): Promise<http.Server | https.Server> {
  const settings = {
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    // A body may take hours; a connection on which nothing moves is closed by the idle time below.
    requestTimeout: 0,
    connectionsCheckingInterval: Math.min(5000, limits.headersTimeoutMs),
    noDelay: true,
    highWaterMark: 512 * 1024,
  };
  const server =
    tls === undefined
      ? http.createServer(settings, handler)
      : // Loaded only where it is used: it takes a part of the time in which the registry starts.
        (await import('node:https')).createServer({ ...settings, ...tls }, handler);
  server.timeout = limits.idleTimeoutMs;
  server.on('checkContinue', (req, res) => {
    markAwaitingContinue(req);
    handler(req, res);
  });
  server.on('clientError', answerClientError);
  return server;
}

/** What node:http refuses before there is a request: answered in the same form as everything else. */
function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, reason, message] = clientErrors.get(error.code ?? '') ?? [
    400,
    'Bad Request',
    'this is not an HTTP request that can be read',
  ];
  const body = new RegistryFault(status, 'UNSUPPORTED', message).toBody();
  socket.end(
    [
      `HTTP/1.1 ${status} ${reason}`,
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}

const clientErrors = new Map<string, [number, string, string]>([
  [
    'HPE_HEADER_OVERFLOW',
    [431, 'Request Header Fields Too Large', 'the headers are larger than this registry takes'],
  ],
  ['ERR_HTTP_REQUEST_TIMEOUT', [408, 'Request Timeout', 'the request did not arrive in time']],
]);

async function drain(server: http.Server, drainMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
  // A connection whose last answer is complete would otherwise be kept for the next request.
  server.closeIdleConnections();
  const sweeping = setInterval(() => {
    server.closeIdleConnections();
  }, 50);
  const timer = setTimeout(() => {
    server.closeAllConnections();
  }, drainMs);
  await closed;
  clearTimeout(timer);
  clearInterval(sweeping);
}
