import { headerValues, type ResponseHeaders } from '../transport/headers';
import { parseChallenges } from './challenge';
import { resolveRealm, type RealmRules } from './realm';
import { parseScopes, type Scope } from './scope';

/** How a registry wants to be asked. */
export type AuthMethod =
  { kind: 'basic' } | { kind: 'bearer'; realm: URL; service: string | undefined };

/** `scopes` are those that the challenge names. */
export type ChosenMethod = { method: AuthMethod; scopes: Scope[] };

/**
 * Bearer before Basic; Basic when the Bearer realm is not acceptable, because it sends nothing elsewhere.
 * Undefined without a known scheme. Throws RegistryError `realm-refused`.
 */
export function chooseMethod(
  headers: ResponseHeaders,
  url: URL,
  rules: RealmRules,
): ChosenMethod | undefined {
  const challenges = parseChallenges(headerValues(headers, 'www-authenticate'));
  const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
  const hasBasic = challenges.some(({ scheme }) => scheme === 'basic');
  const basic: ChosenMethod = { method: { kind: 'basic' }, scopes: [] };
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

/** True for a 401, and for a 403 whose challenge says that a wider scope would help (RFC 6750, 3.1). */
export function isChallenge(status: number, headers: ResponseHeaders): boolean {
  if (status === 401) return true;
  if (status !== 403) return false;
  return parseChallenges(headerValues(headers, 'www-authenticate')).some(
    ({ scheme, parameters }) => scheme === 'bearer' && parameters['error'] === 'insufficient_scope',
  );
}
