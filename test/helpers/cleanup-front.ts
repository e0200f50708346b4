import { once } from 'node:events';
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Reply } from './scripted-registry';

export type FrontCall = { method: string; path: string };

/** What a registry answered, before it is passed on. */
export type Answered = { status: number; headers: IncomingMessage['headers']; bytes: Buffer };

/** Gives a reply in place of the registry's, or what `pass` gave; `undefined` hangs up. */
export type Interceptor = (
  call: FrontCall,
  pass: () => Promise<Answered>,
) => Promise<Answered | Reply | undefined> | Reply | undefined;

export type Front = {
  origin: string;
  host: string;
  /** Of every request that changes something: puts, deletions, uploads. */
  onWrite: Interceptor | undefined;
  /** Of every other one. */
  onRead: Interceptor | undefined;
  /** Writes so far, as `METHOD path`. */
  writes: string[];
};

/** A proxy before a real registry, where a test has something happen between two requests. */
export async function openFront(target: { origin: string }): Promise<Front> {
  const front: Front = {
    origin: '',
    host: '',
    onWrite: undefined,
    onRead: undefined,
    writes: [],
  };
  const server = createServer((incoming, response) => {
    handle(front, target.origin, incoming, response).catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  front.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  front.origin = `http://${front.host}`;
  return front;
}

async function handle(
  front: Front,
  origin: string,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readAll(incoming);
  const { method = 'GET', url = '/' } = incoming;
  const call = { method, path: url };
  const isWrite = method !== 'GET' && method !== 'HEAD';
  if (isWrite) front.writes.push(`${method} ${url}`);
  const pass = () => forward(new URL(url, origin), incoming, body);
  const interceptor = isWrite ? front.onWrite : front.onRead;
  const answer = interceptor === undefined ? await pass() : await interceptor(call, pass);
  if (answer === undefined) {
    response.destroy();
    return;
  }
  const { status = 200, headers = {} } = answer;
  const bytes = 'bytes' in answer ? answer.bytes : JSON.stringify(answer.body ?? {});
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(method === 'HEAD' ? undefined : bytes);
}

async function forward(url: URL, incoming: IncomingMessage, body: Buffer): Promise<Answered> {
  // The host stays as it was asked for, so that a Location leads back through here.
  const outgoing = httpRequest(url, { method: incoming.method, headers: incoming.headers });
  outgoing.end(body);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  const bytes = await readAll(answer);
  return { status: answer.statusCode ?? 502, headers: answer.headers, bytes };
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
