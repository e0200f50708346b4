import { isRegistryError, type RegistryErrorDetail, type RegistryStep } from '../errors';
import type { CredentialResolver } from '../registry-client';
import type { ResponseHeaders } from '../transport/headers';
import { failure } from '../words';
import { basicAuthorization } from './basic';
import { createCredentialMemory, type CredentialMemory } from './credential-memory';
import { chooseMethod, type AuthMethod } from './method';
import type { RealmRules } from './realm';
import { coversScopes, unionScopes, type Scope } from './scope';
import type { IssuedToken, TokenQuery } from './token';
import { createTokenCache, type TokenCache } from './token-cache';

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
  hasCredential(signal: AbortSignal | undefined): Promise<boolean>;
};

export type AuthorizerSettings = {
  rules: RealmRules;
  resolveCredential: CredentialResolver;
  requestToken: (query: TokenQuery) => Promise<IssuedToken>;
};

/** Answers challenges of one registry. Stores nothing beyond the life of the client. */
export function createAuthorizer(settings: AuthorizerSettings): Authorizer {
  return new ChallengeAuthorizer(settings);
}

class ChallengeAuthorizer implements Authorizer {
  private readonly rules: RealmRules;
  private readonly credentials: CredentialMemory;
  private readonly tokens: TokenCache;
  /** From the last challenge, so that the next request need not be refused first. */
  private learned: AuthMethod | undefined;

  constructor(settings: AuthorizerSettings) {
    this.rules = settings.rules;
    this.credentials = createCredentialMemory(settings.resolveCredential, this.host);
    this.tokens = createTokenCache(settings.requestToken);
  }

  private get host(): string {
    return this.rules.registry.host;
  }

  async hasCredential(signal: AbortSignal | undefined): Promise<boolean> {
    return (await this.credentials.get('ping', signal)) !== undefined;
  }

  async prepare(need: Need): Promise<Authorization | undefined> {
    return this.learned && this.authorize(this.learned, need.scopes, need);
  }

  async answer(refusal: Refusal, need: Need): Promise<Authorization> {
    const chosen = chooseMethod(refusal.headers, refusal.url, this.rules);
    const detail = { host: this.host, step: need.step, status: refusal.status, ...refusal.said };
    if (!chosen) throw failure('unauthorized', detail, 'It does not say how to sign in.');
    this.learned = chosen.method;
    const credential = await this.credentials.get(need.step, need.signal);
    return chosen.method.kind === 'basic' || credential?.kind === 'bearer'
      ? this.answerWithChanged(chosen.method, refusal, need, detail)
      : this.answerWithToken(chosen.method, chosen.scopes, refusal, need, detail);
  }

  private async authorize(
    method: AuthMethod,
    scopes: readonly Scope[],
    need: Need,
  ): Promise<Authorization | undefined> {
    const credential = await this.credentials.get(need.step, need.signal);
    if (credential?.kind === 'bearer') {
      return { header: `Bearer ${credential.secret}`, scopes, isFresh: false };
    }
    if (method.kind === 'basic') {
      return credential && { header: basicAuthorization(credential), scopes, isFresh: false };
    }
    const { realm, service } = method;
    try {
      const query = { realm, service, scopes, credential, signal: need.signal };
      const { token, isFresh } = await this.tokens.get(query);
      return { header: `Bearer ${token}`, scopes, isFresh };
    } catch (error) {
      if (isRegistryError(error, 'credentials-rejected')) this.credentials.forget();
      throw error;
    }
  }

  /** Basic, or a ready token: the only second chance is a credential that has changed meanwhile. */
  private async answerWithChanged(
    method: AuthMethod,
    { used }: Refusal,
    need: Need,
    detail: RegistryErrorDetail,
  ): Promise<Authorization> {
    if (used) this.credentials.forget();
    const next = await this.authorize(method, need.scopes, need);
    if (!next) throw failure('unauthorized', detail);
    if (next.header === used?.header) throw failure('credentials-rejected', detail);
    return next;
  }

  private async answerWithToken(
    method: AuthMethod,
    challengeScopes: readonly Scope[],
    { used, status }: Refusal,
    need: Need,
    detail: RegistryErrorDetail,
  ): Promise<Authorization> {
    // Only what this request needs and what this challenge names: a list kept from earlier ones would grow for ever.
    const scopes = unionScopes(need.scopes, challengeScopes);
    if (used?.isFresh === true && coversScopes(used.scopes, scopes)) {
      this.credentials.forget();
      throw failure(status === 403 ? 'denied' : 'unauthorized', detail);
    }
    if (used) this.tokens.forget(used.header.slice('Bearer '.length));
    const next = await this.authorize(method, scopes, need);
    if (!next) throw failure('unauthorized', detail);
    return next;
  }
}
