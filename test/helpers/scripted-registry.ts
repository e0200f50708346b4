import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';

export type SeenRequest = {
  method: string;
  /** Path and query. */
  path: string;
  headers: IncomingMessage['headers'];
};

export type Reply = {
  status?: number;
  headers?: Readonly<Record<string, string | string[]>>;
  /** A string, bytes, or anything else as JSON. */
  body?: unknown;
};

/** Gives a reply, or takes over the response and gives nothing. */
export type Handler = (
  request: SeenRequest,
  response: ServerResponse,
) => Reply | undefined | void | Promise<Reply | undefined | void>;

export type ScriptedRegistry = {
  origin: string;
  host: string;
  port: number;
  /** Every request so far, oldest first. */
  requests: SeenRequest[];
  /** `METHOD path` of every request so far. */
  lines(): string[];
  /** Connections accepted so far. */
  connectionCount(): number;
  close(): Promise<void>;
};

/** Routes by `METHOD path` without the query, or by `path`; `*` takes the rest. */
export type Script = Readonly<Record<string, Handler | Reply>>;

const asBytes = (body: unknown): string | Uint8Array => {
  if (body === undefined) return '';
  return typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
};

function find(script: Script, request: SeenRequest): Handler | Reply {
  const path = request.path.split('?', 1)[0] ?? '';
  return (
    script[`${request.method} ${path}`] ??
    script[path] ??
    script['*'] ?? { status: 404, body: '404 page not found\n' }
  );
}

async function reply(script: Script, request: SeenRequest, response: ServerResponse) {
  const entry = find(script, request);
  const result = typeof entry === 'function' ? await entry(request, response) : entry;
  if (!result) return;
  const bytes = asBytes(result.body);
  response.writeHead(result.status ?? 200, {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(bytes)),
    ...result.headers,
  });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

/** A server on 127.0.0.1 that answers by a table; for faults that no real registry commits on demand. */
export async function startScriptedRegistry(
  script: Script,
  options: { tls?: ServerOptions; host?: string } = {},
): Promise<ScriptedRegistry> {
  const requests: SeenRequest[] = [];
  let connections = 0;
  const listener: RequestListener = (incoming, response) => {
    const { method = 'GET', url = '/', headers } = incoming;
    const request = { method, path: url, headers };
    requests.push(request);
    incoming.resume();
    reply(script, request, response).catch(() => response.destroy());
  };
  const server = options.tls
    ? createHttpsServer(options.tls, listener)
    : createHttpServer(listener);
  server.on('connection', () => {
    connections += 1;
  });
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const host = `${options.host ?? '127.0.0.1'}:${port}`;
  return {
    origin: `${options.tls ? 'https' : 'http'}://${host}`,
    host,
    port,
    requests,
    lines: () => requests.map(({ method, path }) => `${method} ${path}`),
    connectionCount: () => connections,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export const sha256Of = (bytes: string | Uint8Array): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** A small OCI image: config and manifest as bytes, with their digests. */
export function sampleImage(label = 'sample') {
  const config = JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    config: { Labels: { label } },
    rootfs: { type: 'layers', diff_ids: [] },
  });
  const configDigest = sha256Of(config);
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: configDigest,
      size: Buffer.byteLength(config),
    },
    layers: [],
  });
  return { config, configDigest, manifest, manifestDigest: sha256Of(manifest) };
}

export const manifestHeaders = (digest: string): Record<string, string> => ({
  'content-type': 'application/vnd.oci.image.manifest.v1+json',
  'docker-content-digest': digest,
});
