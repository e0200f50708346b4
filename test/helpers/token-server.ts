import { createHash, createPrivateKey, createSign, randomUUID, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type TokenRequest = {
  method: string;
  /** Parameters of the query, or of the form of a POST; `scope` is split at spaces. */
  service: string | undefined;
  scopes: string[];
  /** Decoded Basic credentials. */
  username: string | undefined;
  password: string | undefined;
  refreshToken: string | undefined;
};

export type TokenServerOptions = {
  /** User names and passwords. Without it everyone gets a token. */
  users?: Readonly<Record<string, string>>;
  /** Refresh tokens of the OAuth2 form. */
  refreshTokens?: readonly string[];
  /** Answer 405 to POST, as servers without the OAuth2 form do. */
  withoutPost?: boolean;
  /** Life of a token; the registry refuses it afterwards. Default 300. May be changed later. */
  expirySeconds?: number;
  /** What `expires_in` says, when it is to be another value; null leaves it out. */
  statedExpiresIn?: number | null;
  /** Which of the scopes asked for are granted. Default all. */
  grant?: (scope: string, request: TokenRequest) => boolean;
  /** Answer every request with this status. */
  refuse?: number;
};

export type TokenServer = {
  realm: string;
  service: string;
  issuer: string;
  /** For `rootcertbundle` of docker-registry. */
  rootCertFile: string;
  /** Every request so far, oldest first. */
  requests: TokenRequest[];
  /** May be changed while the server runs. */
  options: TokenServerOptions;
  close(): Promise<void>;
};

/** libtrust's key id: base32 of the first 240 bits of the key's SHA-256, in groups of four. */
function libtrustKeyId(certPem: string): string {
  const der = new X509Certificate(certPem).publicKey.export({ type: 'spki', format: 'der' });
  const bits = [...createHash('sha256').update(der).digest().subarray(0, 30)]
    .map((byte) => byte.toString(2).padStart(8, '0'))
    .join('');
  const letters = (bits.match(/.{5}/g) ?? []).map(
    (group) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number.parseInt(group, 2)],
  );
  return (letters.join('').match(/.{4}/g) ?? []).join(':');
}

const encode = (value: unknown): string =>
  Buffer.from(JSON.stringify(value), 'utf8').toString('base64url');

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}

async function readRequest(request: IncomingMessage): Promise<TokenRequest> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const fields = request.method === 'POST' ? await readForm(request) : url.searchParams;
  const header = request.headers.authorization ?? '';
  const pair = header.startsWith('Basic ')
    ? Buffer.from(header.slice(6), 'base64').toString('utf8')
    : undefined;
  const colon = pair?.indexOf(':') ?? -1;
  return {
    method: request.method ?? 'GET',
    service: fields.get('service') ?? undefined,
    scopes: fields.getAll('scope').flatMap((scope) => scope.split(' ')),
    username: pair?.slice(0, colon),
    password: pair?.slice(colon + 1),
    refreshToken: fields.get('refresh_token') ?? undefined,
  };
}

function isKnown(request: TokenRequest, options: TokenServerOptions): boolean {
  if (request.refreshToken !== undefined) {
    return options.refreshTokens?.includes(request.refreshToken) ?? false;
  }
  if (!options.users) return true;
  return options.users[request.username ?? ''] === request.password && Boolean(request.username);
}

function toAccess(scope: string) {
  const [type, ...rest] = scope.split(':');
  const actions = rest.pop()?.split(',') ?? [];
  return { type, name: rest.join(':'), actions };
}

/** distribution's token authentication: signs RS256 tokens that docker-registry verifies by a root certificate. */
export async function startTokenServer(initial: TokenServerOptions = {}): Promise<TokenServer> {
  const options = { ...initial };
  const directory = await mkdtemp(path.join(tmpdir(), 'tagboat-token-'));
  const rootCertFile = path.join(directory, 'token.crt');
  const keyFile = path.join(directory, 'token.key');
  const request = 'req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=token'.split(' ');
  await run('openssl', [...request, '-keyout', keyFile, '-out', rootCertFile]);
  const key = createPrivateKey(await readFile(keyFile));
  const keyId = libtrustKeyId(await readFile(rootCertFile, 'utf8'));
  const service = 'test registry';
  const issuer = 'test issuer';
  const requests: TokenRequest[] = [];

  const sign = (request: TokenRequest): string => {
    const now = Math.floor(Date.now() / 1000);
    const granted = request.scopes.filter((scope) => options.grant?.(scope, request) ?? true);
    const claims = {
      iss: issuer,
      sub: request.username ?? '',
      aud: service,
      jti: randomUUID(),
      nbf: now - 10,
      iat: now,
      exp: now + (options.expirySeconds ?? 300),
      access: granted.map(toAccess),
    };
    const text = `${encode({ typ: 'JWT', alg: 'RS256', kid: keyId })}.${encode(claims)}`;
    return `${text}.${createSign('RSA-SHA256').update(text).sign(key).toString('base64url')}`;
  };

  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await readRequest(incoming);
    requests.push(request);
    const isPost = request.method === 'POST';
    const status = isPost && options.withoutPost ? 405 : isKnown(request, options) ? 200 : 401;
    response.writeHead(options.refuse ?? status, { 'content-type': 'application/json' });
    if ((options.refuse ?? status) !== 200) {
      response.end(JSON.stringify({ details: 'incorrect username or password' }));
      return;
    }
    const expiresIn =
      options.statedExpiresIn === undefined
        ? (options.expirySeconds ?? 300)
        : options.statedExpiresIn;
    response.end(
      JSON.stringify({
        [isPost ? 'access_token' : 'token']: sign(request),
        issued_at: new Date().toISOString(),
        ...(expiresIn !== null && { expires_in: expiresIn }),
      }),
    );
  };

  const server = createServer((incoming, response) => {
    answer(incoming, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    realm: `http://127.0.0.1:${port}/token`,
    service,
    issuer,
    rootCertFile,
    requests,
    options,
    async close() {
      server.closeAllConnections();
      server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
