import { failure } from '../words';
import { isRegistryError, type RegistryErrorDetail, type RegistryStep } from '../errors';
import type { CredentialResolver, RegistryCredential } from '../registry-client';
import { headerValues, type ResponseHeaders } from '../transport/headers';
import { basicAuthorization } from './basic';
import { parseChallenges, type Challenge } from './challenge';
import { resolveRealm, type RealmRules } from './realm';
import { coversScopes, parseScopes, unionScopes, type Scope } from './scope';
import { createSingleFlight } from './single-flight';
import { createTokenCache } from './token-cache';
import type { IssuedToken, TokenQuery } from './token';

/** What a request carries. `isFresh`: a refusal of it is final, because it was made for this very request. */
export type Authorization = { header: string; scopes: readonly Scope[]; isFresh: boolean };

export type Need = {
  scopes: readonly Scope[];
  step: RegistryStep;
  signal?: AbortSignal | undefined;
};

/** A 401, or a 403 that asks for a wider scope. `used` is what the refused request carried. */
export type Refusal = {
  url: URL;
  status: number;
  headers: ResponseHeaders;
  used: Authorization | undefined;
  /** What the body said, for the error. */
  said: Pick<RegistryErrorDetail, 'ociCode' | 'ociMessage'>;
};

export type Authorizer = {
  /** What to send without being asked; undefined until a challenge was seen. */
  prepare(need: Need): Promise<Authorization | undefined>;
  /** What to send instead. Throws RegistryError when nothing better is to be had. */
  answer(refusal: Refusal, need: Need): Promise<Authorization>;
  hasCredential(options: { signal?: AbortSignal | undefined } | undefined): Promise<boolean>;
};

export type AuthorizerSettings = {
  rules: RealmRules;
  resolveCredential: CredentialResolver;
  requestToken: (query: TokenQuery) => Promise<IssuedToken>;
};

/** How this registry wants to be asked, learned from its last challenge. */
type Method = { kind: 'basic' } | { kind: 'bearer'; realm: URL; service: string | undefined };

type Chosen = { method: Method; scopes: Scope[] };

/** Bearer before Basic; Basic when the Bearer realm is not acceptable. Undefined without a known scheme. */
function chooseMethod(
  challenges: readonly Challenge[],
  url: URL,
  rules: RealmRules,
): Chosen | undefined {
  const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
  const hasBasic = challenges.some(({ scheme }) => scheme === 'basic');
  const basic: Chosen = { method: { kind: 'basic' }, scopes: [] };
  if (!bearer) return hasBasic ? basic : undefined;
  try {
    const realm = resolveRealm(bearer.parameters['realm'], url, rules);
    const method = { kind: 'bearer', realm, service: bearer.parameters['service'] } as const;
    return { method, scopes: parseScopes(bearer.parameters['scope']) };
  } catch (error) {
    if (hasBasic) return basic;
    throw error;
  }
}

/** True for a 401, and for a 403 whose challenge names a scope that would help (RFC 6750, 3.1). */
export function isChallenge(status: number, headers: ResponseHeaders): boolean {
  if (status === 401) return true;
  if (status !== 403) return false;
  return parseChallenges(headerValues(headers, 'www-authenticate')).some(
    ({ scheme, parameters }) => scheme === 'bearer' && parameters['error'] === 'insufficient_scope',
  );
}

/** The credential in memory while it works; asked for again after a refusal, so a new password needs no restart. */
function createCredentialMemory(
  resolve: CredentialResolver,
  host: string,
): {
  get(need: Need): Promise<RegistryCredential | undefined>;
  forget(): void;
} {
  const flights = createSingleFlight<RegistryCredential | undefined>();
  let known: { credential: RegistryCredential | undefined } | undefined;
  return {
    async get(need) {
      if (known) return known.credential;
      try {
        const credential = await flights.run(
          'credential',
          (signal) => resolve(signal),
          need.signal,
        );
        known = { credential };
        return credential;
      } catch (error) {
        if (need.signal?.aborted || isRegistryError(error)) throw error;
        throw failure('credentials-unavailable', { host, step: need.step, cause: error });
      }
    },
    forget() {
      known = undefined;
    },
  };
}

/** Answers challenges of one registry. Stores nothing beyond the life of the client. */
export function createAuthorizer(settings: AuthorizerSettings): Authorizer {
  const { rules } = settings;
  const { host } = rules.registry;
  const credentials = createCredentialMemory(settings.resolveCredential, host);
  const tokens = createTokenCache(settings.requestToken);
  let learned: Method | undefined;

  const authorize = async (
    method: Method,
    scopes: readonly Scope[],
    need: Need,
  ): Promise<Authorization | undefined> => {
    const credential = await credentials.get(need);
    if (credential?.kind === 'bearer') {
      return { header: `Bearer ${credential.secret}`, scopes, isFresh: false };
    }
    if (method.kind === 'basic') {
      return credential && { header: basicAuthorization(credential), scopes, isFresh: false };
    }
    const { realm, service } = method;
    const query = { realm, service, scopes, credential, signal: need.signal };
    try {
      const { token, isFresh } = await tokens.get(query);
      return { header: `Bearer ${token}`, scopes, isFresh };
    } catch (error) {
      if (isRegistryError(error, 'credentials-rejected')) credentials.forget();
      throw error;
    }
  };

  /** Basic, or a ready token: the only second chance is a credential that has changed meanwhile. */
  const answerWithChanged = async (
    method: Method,
    refusal: Refusal,
    need: Need,
  ): Promise<Authorization> => {
    if (refusal.used) credentials.forget();
    const next = await authorize(method, need.scopes, need);
    const detail = { host, step: need.step, status: refusal.status, ...refusal.said };
    if (!next) throw failure('unauthorized', detail);
    if (next.header === refusal.used?.header) throw failure('credentials-rejected', detail);
    return next;
  };

  const answerWithToken = async (
    method: Method,
    scopes: readonly Scope[],
    refusal: Refusal,
    need: Need,
  ): Promise<Authorization> => {
    const { used } = refusal;
    const detail = { host, step: need.step, status: refusal.status, ...refusal.said };
    const isFinal = used?.isFresh === true && coversScopes(used.scopes, scopes);
    if (isFinal) {
      credentials.forget();
      throw failure(refusal.status === 403 ? 'denied' : 'unauthorized', detail);
    }
    if (used) tokens.forget(used.header.slice('Bearer '.length));
    const next = await authorize(method, scopes, need);
    if (!next) throw failure('unauthorized', detail);
    return next;
  };

  return {
    async hasCredential(options) {
      return (
        (await credentials.get({ scopes: [], step: 'ping', signal: options?.signal })) !== undefined
      );
    },
    async prepare(need) {
      return learned && authorize(learned, need.scopes, need);
    },
    async answer(refusal, need) {
      const challenges = parseChallenges(headerValues(refusal.headers, 'www-authenticate'));
      const chosen = chooseMethod(challenges, refusal.url, rules);
      if (!chosen) {
        const detail = { host, step: need.step, status: refusal.status, ...refusal.said };
        throw failure('unauthorized', detail, 'It does not say how to sign in.');
      }
      learned = chosen.method;
      const credential = await credentials.get(need);
      if (chosen.method.kind === 'basic' || credential?.kind === 'bearer') {
        return answerWithChanged(chosen.method, refusal, need);
      }
      const scopes = unionScopes(need.scopes, chosen.scopes);
      return answerWithToken(chosen.method, scopes, refusal, need);
    },
  };
}
