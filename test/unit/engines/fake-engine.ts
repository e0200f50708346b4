import http from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

export type FakeEngine = {
  readonly socketPath: string;
  readonly folder: string;
  /** `METHOD /path` of every request, with what was in its X-Registry-Auth. */
  readonly requests: { readonly line: string; readonly auth: unknown; readonly body: string }[];
  readonly close: () => Promise<void>;
};

export type Answer = {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The connection is cut after the body. */
  readonly isCut?: boolean;
  /** Nothing is ever answered. */
  readonly isSilent?: boolean;
};

/** What Docker answers to who it is (moby, api/swagger.yaml); a test adds or replaces what it is about. */
export const dockerAnswers: Readonly<Record<string, Answer>> = {
  'GET /_ping': { headers: { 'Api-Version': '1.52', Ostype: 'linux' }, body: 'OK' },
  'GET /v1.47/version': { body: '{"Version":"29.0.1","ApiVersion":"1.52"}' },
  'GET /v1.47/info': { body: '{"OperatingSystem":"Debian GNU/Linux 12","Name":"desk"}' },
};

/** A socket that answers as it is told; everything else is a 404 in Docker's form. */
export async function startFakeEngine(
  answers: Readonly<Record<string, Answer>> = dockerAnswers,
  options: { readonly socketPath?: string } = {},
): Promise<FakeEngine> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tagboat-engine-'));
  const socketPath = options.socketPath ?? path.join(folder, 'docker.sock');
  const requests: FakeEngine['requests'] = [];
  const server = http.createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const line = `${req.method} ${req.url}`;
      const header = String(req.headers['x-registry-auth'] ?? '');
      const auth: unknown =
        header === '' ? undefined : JSON.parse(Buffer.from(header, 'base64url').toString('utf8'));
      requests.push({ line, auth, body: Buffer.concat(chunks).toString('utf8') });
      const answer = answers[line] ?? { status: 404, body: '{"message":"page not found"}' };
      if (answer.isSilent === true) return;
      res.writeHead(answer.status ?? 200, answer.headers);
      if (answer.isCut === true) res.write(answer.body ?? '', () => res.destroy());
      else res.end(answer.body);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(socketPath, resolve);
  });
  return {
    socketPath,
    folder,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
      await rm(folder, { recursive: true, force: true });
    },
  };
}
