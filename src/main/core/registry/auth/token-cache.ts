import { createHash } from 'node:crypto';
import type { RegistryCredential } from '../registry-client';
import { coversScopes, formatScope, type Scope } from './scope';
import { createSingleFlight } from '../single-flight';
import type { IssuedToken, TokenQuery } from './token';

/** A token near its end may expire on the way; 85 % of its life leaves 9 s of the shortest one. */
const USABLE_SHARE = 0.85;

/** Far above the repositories open at once, far below what would cost memory. */
const MAX_ENTRIES = 256;

type Entry = { owner: string; scopes: readonly Scope[]; token: string; dropAt: number };

/** `isFresh`: it was fetched for this call and not taken from the cache. */
export type CachedToken = { token: string; isFresh: boolean };

export type TokenCache = {
  get(query: TokenQuery): Promise<CachedToken>;
  /** Drops a token that the registry refused. */
  forget(token: string): void;
};

/** Tells credentials apart without keeping them in a key. */
function identify(credential: RegistryCredential | undefined): string {
  if (!credential) return 'anonymous';
  const username = credential.kind === 'password' ? credential.username : '';
  const parts = JSON.stringify([credential.kind, username, credential.secret]);
  return createHash('sha256').update(parts).digest('hex');
}

/**
 * Tokens by realm, service, credential and scopes; one request at a time for each. A token for more serves
 * for less. The scopes asked for are the key, not those granted, so the list cannot grow by itself.
 */
export function createTokenCache(
  request: (query: TokenQuery) => Promise<IssuedToken>,
  now: () => number = Date.now,
): TokenCache {
  const entries = new Map<string, Entry>();
  const flights = createSingleFlight<string>();

  const find = (owner: string, key: string, scopes: readonly Scope[]): string | undefined => {
    const time = now();
    const exact = entries.get(key);
    if (exact && exact.dropAt > time) return exact.token;
    for (const entry of entries.values()) {
      if (entry.owner !== owner || entry.dropAt <= time) continue;
      if (scopes.length > 0 && coversScopes(entry.scopes, scopes)) return entry.token;
    }
    return undefined;
  };

  const keep = (key: string, entry: Entry): void => {
    entries.delete(key);
    entries.set(key, entry);
    const [oldest] = entries.keys();
    if (entries.size > MAX_ENTRIES && oldest !== undefined) entries.delete(oldest);
  };

  return {
    async get(query) {
      const { realm, service, scopes, credential } = query;
      const owner = JSON.stringify([realm.href, service ?? '', identify(credential)]);
      const key = `${owner} ${scopes.map(formatScope).join(' ')}`;
      const known = find(owner, key, scopes);
      if (known !== undefined) return { token: known, isFresh: false };
      const fetchToken = async (signal: AbortSignal): Promise<string> => {
        const issued = await request({ ...query, signal });
        const dropAt = now() + issued.lifetimeMs * USABLE_SHARE;
        keep(key, { owner, scopes, token: issued.token, dropAt });
        return issued.token;
      };
      return { token: await flights.run(key, fetchToken, query.signal), isFresh: true };
    },
    forget(token) {
      for (const [key, entry] of entries) if (entry.token === token) entries.delete(key);
    },
  };
}
