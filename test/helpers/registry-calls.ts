import { createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { expect, onTestFinished } from 'vitest';
import { parseDigest, type Digest } from '#oci/digest';
import { parseRepositoryName, type RepositoryName } from '#oci/repository-name';
import { parseTag, type Tag } from '#oci/tag';
import {
  createRegistryClient,
  type RegistryClient,
  type RegistryClientOptions,
  type RegistryCredential,
  type RegistryError,
  type RegistryLogEvent,
  type SeenTags,
} from '#core/registry/index';
import { startScriptedRegistry, type Script, type ScriptedRegistry } from './scripted-registry';

/** A client that is closed when the test ends. Retries are quick, so that a fault costs no time. */
export function openClient(
  origin: string,
  options: Partial<RegistryClientOptions> & { credential?: RegistryCredential } = {},
): RegistryClient {
  const { credential, ...rest } = options;
  const client = createRegistryClient({
    origin,
    resolveCredential: () => Promise.resolve(credential),
    userAgent: 'tagboat-test',
    ...rest,
    limits: { retryBaseMs: 1, ...rest.limits },
  });
  onTestFinished(() => client.close());
  return client;
}

export const password = (username: string, secret: string): RegistryCredential => ({
  kind: 'password',
  username,
  secret,
});

export const repo = (name: string): RepositoryName => parseRepositoryName(name);
export const tag = (name: string): Tag => parseTag(name);
export const digest = (text: string): Digest => parseDigest(text);

/** Everything an async iterable gives. */
export async function collect<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(page);
  return all;
}

/** The RegistryError a call rejects with; fails when it does not. */
export async function rejection(call: Promise<unknown>): Promise<RegistryError> {
  try {
    await call;
  } catch (error) {
    return error as RegistryError;
  }
  throw new Error('the call was expected to fail');
}

/** Keeps what the client logs. */
export function recordLog(): {
  events: RegistryLogEvent[];
  log: (event: RegistryLogEvent) => void;
} {
  const events: RegistryLogEvent[] = [];
  return { events, log: (event) => void events.push(event) };
}

/** A content cache in memory that counts. */
export function memoryCache() {
  const entries = new Map<string, Uint8Array>();
  return {
    entries,
    get: (key: string) => Promise.resolve(entries.get(key)),
    put: (key: string, bytes: Uint8Array) => {
      entries.set(key, bytes);
      return Promise.resolve();
    },
  };
}

/** As if every tag had been read before. */
export const allTagsSeen: SeenTags = {
  has: () => Promise.resolve(true),
  add: () => undefined,
  settled: () => Promise.resolve(),
};

/** A scripted registry that is closed when the test ends. */
export async function openScript(
  script: Script,
  options: Parameters<typeof startScriptedRegistry>[1] = {},
): Promise<ScriptedRegistry> {
  const registry = await startScriptedRegistry(script, options);
  onTestFinished(() => registry.close());
  return registry;
}

/** A TCP server that does what it likes with each connection; gives its http origin. */
export async function openRawServer(onConnection: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    onConnection(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An error's message is a sentence for a person: no code, no stack, no stringified object. */
export function expectPlainWords(message: string): void {
  expect(message).not.toMatch(/undefined|\[object|UND_ERR|at .+:\d+/);
  expect(message).toMatch(/^\S.*\.$/s);
}
