import http, { type IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { formatEngineAddress, type EngineEndpoint } from './endpoint';
import { cleanText, EngineProblem, toEngineProblem } from './engine-problem';
import { readMessages, type EngineMessage } from './messages';

export type EngineRequest = {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'DELETE';
  /** With its version, as the engine takes it: `/v1.41/images/json?all=0`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A stream is sent in chunks as it comes: an archive to load has any size. */
  readonly body?: Readable | Uint8Array | string;
  readonly signal?: AbortSignal;
  /** No byte moves for this long: the request is given up. Without it an export may take its time. */
  readonly idleTimeoutMs?: number;
};

export type EngineResponse = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Has to be read to its end or destroyed. */
  readonly body: Readable;
};

/** A connection to the API of Docker or Podman. Everything throws EngineProblem, or the abort of the signal. */
export type EngineClient = {
  /** Any answer, whatever its status. */
  readonly send: (request: EngineRequest) => Promise<EngineResponse>;
  /** The answer as a stream; a status of 400 and above is an EngineProblem in the engine's words. */
  readonly open: (request: EngineRequest) => Promise<EngineResponse>;
  /** The answer as JSON (at most 16 MiB); undefined where there is none. */
  readonly getJson: (request: EngineRequest) => Promise<unknown>;
  /** A stream of progress, one JSON value a line; a failure in the stream is thrown (moby, api/swagger.yaml). */
  readonly messages: (request: EngineRequest) => AsyncGenerator<EngineMessage, void, undefined>;
  readonly close: () => void;
};

const maxJsonBytes = 16 * 1024 * 1024;
const maxErrorBytes = 64 * 1024;

export function createEngineClient(endpoint: EngineEndpoint): EngineClient {
  const connection = new Connection(endpoint);
  const { address } = connection;
  const open = async (request: EngineRequest): Promise<EngineResponse> => {
    const response = await connection.send(request);
    if (response.status < 400) return response;
    const text = await readText(response.body, maxErrorBytes, address);
    const { status } = response;
    const words = messageOf(text) ?? `status ${status}`;
    throw new EngineProblem('refused', cleanText(words), { status });
  };
  return {
    send: (request) => connection.send(request),
    open,
    async getJson(request) {
      const { body } = await open(request);
      const text = await unlessAborted(request, readText(body, maxJsonBytes, address));
      return parseJson(text, address);
    },
    async *messages(request) {
      const { body } = await open(request);
      try {
        yield* readMessages(body, address);
      } catch (error) {
        request.signal?.throwIfAborted();
        throw error;
      }
    },
    close: () => connection.close(),
  };
}

class Connection {
  readonly address: string;
  readonly #agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
  readonly #endpoint: EngineEndpoint;

  constructor(endpoint: EngineEndpoint) {
    this.address = formatEngineAddress(endpoint);
    this.#endpoint = endpoint;
  }

  async send(request: EngineRequest): Promise<EngineResponse> {
    const { method = 'GET', path, headers = {}, body, signal, idleTimeoutMs } = request;
    const start = await requestFunction(this.#endpoint, this.#agent);
    return new Promise((resolve, reject) => {
      let bodyFailure: Error | undefined;
      /** What went wrong with the body is the caller's own error. */
      const fail = (error: unknown): void => {
        reject(bodyFailure ?? toEngineProblem(error, this.address));
      };
      const outgoing = start({ method, path, headers, ...(signal && { signal }) });
      outgoing.once('response', (incoming) => {
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: incoming });
      });
      // After the answer a failure shows on its body; here it is only kept from going unheard.
      outgoing.on('error', fail);
      if (idleTimeoutMs !== undefined) {
        outgoing.setTimeout(idleTimeoutMs, () => {
          outgoing.destroy(timedOut(this.address));
        });
      }
      if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) {
        outgoing.end(body);
      } else {
        body.once('error', (error) => {
          bodyFailure = error;
        });
        // An engine may answer, and close, before it has taken everything: the answer counts.
        pipeline(body, outgoing).catch(fail);
      }
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** An abort cuts the connection: that is no failure of the engine. */
async function unlessAborted<T>({ signal }: EngineRequest, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

type Start = (options: http.RequestOptions) => http.ClientRequest;

async function requestFunction(endpoint: EngineEndpoint, agent: http.Agent): Promise<Start> {
  if (endpoint.kind === 'socket') {
    return (options) =>
      http.request({ ...options, agent, socketPath: endpoint.path, headers: hostHeader(options) });
  }
  const { host, port, tls } = endpoint;
  if (tls === undefined) return (options) => http.request({ ...options, agent, host, port });
  const { request } = await import('node:https');
  return (options) => request({ ...options, ...tls, host, port });
}

/** Without it node:http would write the socket's path; engines want a host name, whatever it is. */
const hostHeader = ({ headers }: http.RequestOptions): http.OutgoingHttpHeaders => ({
  Host: 'engine',
  ...(headers as http.OutgoingHttpHeaders),
});

const timedOut = (address: string): EngineProblem =>
  new EngineProblem('timed-out', `${address} cannot be used: it did not answer in time.`);

async function readText(body: Readable, maxBytes: number, address: string): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      sizeBytes += chunk.byteLength;
      if (sizeBytes > maxBytes) {
        throw new EngineProblem('bad-answer', `${address} answered with more than expected.`);
      }
      chunks.push(chunk);
    }
  } catch (error) {
    throw toEngineProblem(error, address);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string, address: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    const words = `${address} did not answer like a container engine.`;
    throw new EngineProblem('bad-answer', words, { cause: error });
  }
}

/** Docker: `{"message"}`; Podman adds `cause`. Anything else is shown as it is. */
function messageOf(text: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null) return undefined;
    const { message } = parsed as { message?: unknown };
    return typeof message === 'string' ? message : undefined;
  } catch {
    return text.trim() === '' ? undefined : text;
  }
}
