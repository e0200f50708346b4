import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { RepositoryName } from '#oci/repository-name';
import { RegistryError } from '#core/registry/index';
import type { UploadRequest, UploadWire } from '#core/content/index';

/** An upload wire over plain HTTP to an open registry, for stores in tests. */
export function createUploadWire(origin: string): UploadWire {
  return {
    async sendUpload(repository, request) {
      const url = request.location ?? openingUrl(origin, repository, request);
      const answer = await send(url, request);
      const bytes = await readAll(answer);
      const status = answer.statusCode ?? 0;
      if (request.expected.includes(status)) return { status, headers: answer.headers, url };
      throw failureOf(url, status, bytes);
    },
  };
}

const openingUrl = (origin: string, repository: RepositoryName, { query }: UploadRequest): URL =>
  new URL(`/v2/${repository}/blobs/uploads/${query === undefined ? '' : `?${query}`}`, origin);

async function send(url: URL, request: UploadRequest): Promise<IncomingMessage> {
  const { method, headers, body, signal } = request;
  const sending = httpRequest(url, { method, headers, signal, agent: false });
  const answered = once(sending, 'response', { signal }) as Promise<[IncomingMessage]>;
  try {
    if (body === undefined || body instanceof Uint8Array) sending.end(body);
    else {
      answered.catch(() => {});
      const sent = pipeline(Readable.from(body, { objectMode: true }), sending);
      // A registry that refuses answers before it has all bytes.
      await Promise.race([sent, answered]);
      sent.catch(() => {});
    }
    const [answer] = await answered;
    return answer;
  } catch (error) {
    sending.on('error', () => {}).destroy();
    throw lost(url, error);
  }
}

async function readAll(answer: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function lost(url: URL, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!/^(ECONNRESET|EPIPE|ECONNREFUSED|ERR_STREAM_PREMATURE_CLOSE)$/u.test(code)) return error;
  const kind = code === 'ECONNREFUSED' ? 'connection-refused' : 'connection-lost';
  return new RegistryError(kind, `${url.host} ended the connection.`, {
    host: url.host,
    step: 'blob',
    cause: error,
  });
}

function failureOf(url: URL, status: number, bytes: Buffer): RegistryError {
  const codes = { 401: 'unauthorized', 403: 'denied', 404: 'not-found', 416: 'range-invalid' };
  const known = codes[status as keyof typeof codes] as RegistryError['code'] | undefined;
  const code = known ?? (status >= 500 ? 'registry-failed' : 'request-refused');
  const text = `${url.host} answered ${status}: ${bytes.toString('utf8').slice(0, 200)}.`;
  return new RegistryError(code, text, { host: url.host, step: 'blob', status });
}
