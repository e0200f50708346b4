import { createHash, timingSafeEqual } from 'node:crypto';
import { chmod } from 'node:fs/promises';
import http from 'node:http';
import { isRecord, tryParseJson } from '../json';
import { readBody } from '../verbs/read-body';

/** What the owner of a folder does for another process. Answers are sent as JSON. */
export type ControlCommands = Readonly<
  Record<string, (request: Readonly<Record<string, unknown>>) => Promise<unknown>>
>;

export type ControlListener = Readonly<{ close: () => Promise<void> }>;

const maxRequestBytes = 64 * 1024;

/** Listens for commands: `POST /<command>` with a JSON object and the token from the lock file. */
export async function listenForControl(
  path: string,
  token: string,
  commands: ControlCommands,
): Promise<ControlListener> {
  const server = http.createServer((req, res) => {
    answer(req, token, commands).then(
      ({ status, body }) => {
        res.writeHead(status, { 'Content-Type': 'application/json' });
        res.end(JSON.stringify(body));
      },
      (error: unknown) => {
        const message = error instanceof Error ? error.message : String(error);
        res.writeHead(500, { 'Content-Type': 'application/json' });
        res.end(JSON.stringify({ error: message }));
      },
    );
  });
  // A long collection answers when it is done.
  server.requestTimeout = 0;
  server.timeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path }, resolve);
  });
  server.unref();
  if (process.platform !== 'win32') await chmod(path, 0o600);
  return {
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function answer(
  req: http.IncomingMessage,
  token: string,
  commands: ControlCommands,
): Promise<{ status: number; body: unknown }> {
  if (!isSameSecret(req.headers.authorization ?? '', `Bearer ${token}`)) {
    return { status: 401, body: { error: 'the token is not that of the lock file' } };
  }
  const name = (req.url ?? '').slice(1);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (req.method !== 'POST' || command === undefined) {
    return { status: 404, body: { error: `there is no command ${JSON.stringify(name)}` } };
  }
  const request = tryParseJson(await readBody(req, maxRequestBytes));
  if (!isRecord(request)) return { status: 400, body: { error: 'a JSON object is needed' } };
  return { status: 200, body: await command(request) };
}

/** Compares hashes, so that neither the length nor the first difference can be timed. */
function isSameSecret(given: string, expected: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(expected));
}
