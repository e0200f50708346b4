import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Digest } from '#oci/digest';
import type { Tag } from '#oci/tag';
import { hashOf, ModelError, ModelRegistry, type ModelSwitches } from './model-registry';
import type { Reply } from './scripted-registry';

export type DoubleCall = { method: string; path: string };

export type Double = {
  origin: string;
  host: string;
  /** What it holds, its clock and its faults of nature. */
  model: ModelRegistry;
  /** Every request so far, oldest first. */
  calls: DoubleCall[];
  /** Puts, deletions and uploads so far, as `METHOD path`. */
  writes(): string[];
  /** May answer in place of the registry. */
  intercept: ((call: DoubleCall) => Reply | undefined) | undefined;
};

/** The one repository that a double serves. */
export const doubleName = 'team/app';

const root = `/v2/${doubleName}/`;

/** distribution-spec over HTTP on a model in memory, for what no real registry does on demand. */
export async function openDouble(switches: ModelSwitches): Promise<Double> {
  const served = new ServedModel(new ModelRegistry(switches));
  const server = createServer((request, response) => {
    served.answer(request, response).catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  served.double.origin = `http://${host}`;
  served.double.host = host;
  return served.double;
}

class ServedModel {
  readonly double: Double;
  private readonly blobs = new Map<string, Buffer>();

  constructor(private readonly model: ModelRegistry) {
    const calls: DoubleCall[] = [];
    this.double = {
      origin: '',
      host: '',
      model,
      calls,
      writes: () =>
        calls
          .filter(({ method }) => method !== 'GET' && method !== 'HEAD')
          .map(({ method, path }) => `${method} ${path.replace(root, '')}`),
      intercept: undefined,
    };
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = 'GET', url = '/' } = request;
    const call = { method, path: url };
    this.double.calls.push(call);
    const type = request.headers['content-type'] ?? '';
    const reply = this.double.intercept?.(call) ?? (await this.route(call, type, chunks));
    const { status = 200, headers = {}, body = '' } = reply;
    const bytes = body instanceof Uint8Array || typeof body === 'string' ? body : toJson(body);
    const length = { 'content-length': String(Buffer.byteLength(bytes)) };
    response.writeHead(status, { 'content-type': 'application/json', ...length, ...headers });
    response.end(method === 'HEAD' ? undefined : bytes);
  }

  private async route(call: DoubleCall, type: string, chunks: Buffer[]): Promise<Reply> {
    if (call.path === '/v2/') return { body: {} };
    if (!call.path.startsWith(root)) return unknown('NAME_UNKNOWN');
    const { pathname, searchParams } = new URL(call.path, 'http://localhost');
    const [kind, reference = ''] = pathname.slice(root.length).split('/');
    try {
      if (kind === 'tags') return { body: { name: doubleName, ...(await this.model.listTags()) } };
      if (kind === 'manifests') return await this.manifest(call.method, reference, type, chunks);
      if (kind === 'referrers') return await this.referrers(reference);
      return await this.blob(call.method, reference, searchParams, chunks);
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      const code = error.code === 'unsupported' ? 'UNSUPPORTED' : 'UNKNOWN';
      return { status: error.status, body: { errors: [{ code, message: error.message }] } };
    }
  }

  private async manifest(
    method: string,
    reference: string,
    mediaType: string,
    chunks: Buffer[],
  ): Promise<Reply> {
    const target = reference as Tag | Digest;
    if (method === 'PUT') {
      await this.model.put(target, { mediaType, bytes: Buffer.concat(chunks) });
      return { status: 201 };
    }
    if (method === 'DELETE') {
      await this.model.remove(target);
      return { status: 202 };
    }
    const found = await this.model.read(target);
    if (found === undefined) return unknown('MANIFEST_UNKNOWN');
    const headers = { 'content-type': found.mediaType, 'docker-content-digest': found.digest };
    return { headers, body: found.bytes };
  }

  private async referrers(subject: string): Promise<Reply> {
    const { descriptors, isSupported } = await this.model.listReferrers(subject as Digest);
    if (!isSupported) return { status: 404, body: '404 page not found\n' };
    return { body: { schemaVersion: 2, manifests: descriptors } };
  }

  private async blob(
    method: string,
    reference: string,
    query: URLSearchParams,
    chunks: Buffer[],
  ): Promise<Reply> {
    if (method === 'POST') return { status: 202, headers: { location: `${root}blobs/uploads/1` } };
    if (method === 'PUT') {
      const bytes = Buffer.concat(chunks);
      if (query.get('digest') !== hashOf(bytes)) return { status: 400 };
      this.blobs.set(await this.model.putBlob(bytes), bytes);
      return { status: 201 };
    }
    const isThere = await this.model.hasBlob(reference as Digest);
    return isThere ? { body: this.blobs.get(reference) } : unknown('BLOB_UNKNOWN');
  }
}

const toJson = (body: unknown): string => JSON.stringify(body);

const unknown = (code: string): Reply => ({
  status: 404,
  body: { errors: [{ code, message: 'not here' }] },
});
