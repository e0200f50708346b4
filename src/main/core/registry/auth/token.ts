import { failure } from '../words';
import type { RegistryCredential } from '../registry-client';
import { headerValue } from '../transport/headers';
import { parseRetryAfter } from '../transport/retry-after';
import type { BufferedAnswer, Transport } from '../transport/shapes';
import { parseWireError } from '../wire-error';
import { basicAuthorization } from './basic';
import { formatScope, type Scope } from './scope';

/** Client name for the token server, as the OAuth2 form requires one. */
const CLIENT_ID = 'tagboat';

/** distribution token documentation: missing means 60 s, and less than 60 is to be read as 60. */
const DEFAULT_LIFETIME_SECONDS = 60;
const MAX_LIFETIME_SECONDS = 24 * 60 * 60;

export type TokenQuery = {
  realm: URL;
  service: string | undefined;
  scopes: readonly Scope[];
  credential: RegistryCredential | undefined;
  signal?: AbortSignal | undefined;
};

/** `lifetimeMs` counts from the moment the answer came. */
export type IssuedToken = { token: string; lifetimeMs: number };

type TokenTransport = Pick<Transport, 'fetch'>;

/** distribution, token authentication: scopes are repeated, one each. */
function getUrl(query: TokenQuery): URL {
  const url = new URL(query.realm);
  if (query.service !== undefined) url.searchParams.set('service', query.service);
  for (const scope of query.scopes) url.searchParams.append('scope', formatScope(scope));
  url.searchParams.set('client_id', CLIENT_ID);
  if (query.credential?.kind === 'password') {
    url.searchParams.set('account', query.credential.username);
  }
  return url;
}

/** distribution, OAuth2 token authentication: one `scope` field with spaces, and the secret in the body. */
function refreshForm(query: TokenQuery, secret: string): string {
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: secret,
    client_id: CLIENT_ID,
  });
  if (query.service !== undefined) form.set('service', query.service);
  if (query.scopes.length > 0) form.set('scope', query.scopes.map(formatScope).join(' '));
  return form.toString();
}

function fetchByGet(
  transport: TokenTransport,
  query: TokenQuery,
  maxBytes: number,
): Promise<BufferedAnswer> {
  const authorization = query.credential && basicAuthorization(query.credential);
  return transport.fetch(
    {
      method: 'GET',
      url: getUrl(query),
      headers: { accept: 'application/json' },
      authorization,
      step: 'token',
      redirects: authorization === undefined ? 'follow' : 'same-origin',
      signal: query.signal,
    },
    maxBytes,
  );
}

function fetchByPost(
  transport: TokenTransport,
  query: TokenQuery,
  secret: string,
  maxBytes: number,
): Promise<BufferedAnswer> {
  return transport.fetch(
    {
      method: 'POST',
      url: query.realm,
      headers: {
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: refreshForm(query, secret),
      step: 'token',
      redirects: 'same-origin',
      signal: query.signal,
    },
    maxBytes,
  );
}

/** An identity token is an OAuth2 refresh token; a server that does not know that form gets the other one. */
async function fetchAnswer(
  transport: TokenTransport,
  query: TokenQuery,
  maxBytes: number,
): Promise<BufferedAnswer> {
  if (query.credential?.kind !== 'identity-token') return fetchByGet(transport, query, maxBytes);
  const answer = await fetchByPost(transport, query, query.credential.secret, maxBytes);
  const isUnknownForm = answer.status === 404 || answer.status === 405;
  return isUnknownForm ? fetchByGet(transport, query, maxBytes) : answer;
}

/** What a refusal of the token server means. */
function refusalOf(answer: BufferedAnswer, query: TokenQuery): Error {
  const { status, url } = answer;
  const detail = {
    host: url.host,
    step: 'token',
    status,
    retryAfterMs: parseRetryAfter(answer.headers, Date.now()),
    ...parseWireError(answer.bytes),
  } as const;
  // OAuth2 (RFC 6749, 5.2) answers a bad refresh token with 400 invalid_grant.
  const isBadGrant = status === 400 && query.credential?.kind === 'identity-token';
  if (status === 401 || isBadGrant) {
    return failure(query.credential ? 'credentials-rejected' : 'unauthorized', detail);
  }
  if (status === 403) return failure('denied', detail);
  if (status === 429) return failure('rate-limited', detail);
  if (status >= 300 && status < 400) return failure('redirect-refused', detail);
  if (status >= 500) return failure('registry-failed', detail, 'It is the token server.');
  return failure('request-refused', detail, `The token server answered ${status}.`);
}

/**
 * Seconds the token has already lived when it came, by the server's own clock: a token server may hand
 * out a stored token. A clock that is wrong on either side gives 0 and never a negative life.
 */
function ageSeconds(issuedAt: unknown, answer: BufferedAnswer, lifetimeSeconds: number): number {
  const serverNow = Date.parse(headerValue(answer.headers, 'date') ?? '');
  const issued = typeof issuedAt === 'string' ? Date.parse(issuedAt) : Number.NaN;
  const age = (serverNow - issued) / 1000;
  return age > 0 && age < lifetimeSeconds ? age : 0;
}

function lifetimeOf(fields: Record<string, unknown>, answer: BufferedAnswer): number {
  const stated = Number(fields['expires_in'] ?? DEFAULT_LIFETIME_SECONDS);
  const seconds = Number.isFinite(stated) ? stated : DEFAULT_LIFETIME_SECONDS;
  const bounded = Math.min(Math.max(seconds, DEFAULT_LIFETIME_SECONDS), MAX_LIFETIME_SECONDS);
  return (bounded - ageSeconds(fields['issued_at'], answer, bounded)) * 1000;
}

/** `token` and `access_token` mean the same. It goes into a header, so only visible ASCII passes. */
function parseToken(answer: BufferedAnswer): IssuedToken {
  const malformed = (cause?: unknown): Error =>
    failure(
      'response-malformed',
      { host: answer.url.host, step: 'token', status: answer.status, cause },
      'It is the token server, and its answer holds no access token.',
    );
  let parsed: unknown;
  try {
    parsed = JSON.parse(answer.bytes.toString('utf8'));
  } catch (error) {
    throw malformed(error);
  }
  if (typeof parsed !== 'object' || parsed === null) throw malformed();
  const fields = parsed as Record<string, unknown>;
  const token = [fields['token'], fields['access_token']].find(
    (value): value is string => typeof value === 'string' && /^[\x21-\x7e]+$/.test(value),
  );
  if (token === undefined) throw malformed();
  return { token, lifetimeMs: lifetimeOf(fields, answer) };
}

/**
 * Asks a token server for an access token (distribution, token and OAuth2 authentication). A partial grant
 * is not an error here: the registry says so later. Throws RegistryError with step `token`.
 */
export async function requestToken(
  transport: TokenTransport,
  query: TokenQuery,
  maxBytes: number,
): Promise<IssuedToken> {
  const answer = await fetchAnswer(transport, query, maxBytes);
  if (answer.status !== 200) throw refusalOf(answer, query);
  return parseToken(answer);
}
