import { parseChallenges } from './auth/challenge';
import { isRegistryError } from './errors';
import type { CallOptions, PingReport, RegistryClient } from './registry-client';
import type { SessionRequest } from './session';
import { statusFailure } from './status';
import type { VerbContext } from './context';
import { contentTypeOf, headerValue, headerValues } from './transport/headers';
import type { BufferedAnswer } from './transport/shapes';
import { isWebPage } from './wire-error';
import { failure } from './words';

/** The answer to `/v2/` is empty or a pair of braces; its body is of no interest beyond telling a web page. */
const MAX_BODY_BYTES = 64 * 1024;

/**
 * A registry answers 200 or 401 (distribution-spec, end-1). A 401 without a challenge it knows, a 404 or a web page
 * come from something else.
 */
function checkIsRegistry(answer: BufferedAnswer): void {
  const { status, headers, url } = answer;
  const detail = { host: url.host, step: 'ping', status } as const;
  const isMarked = headerValue(headers, 'docker-distribution-api-version') !== undefined;
  if (status === 404) throw failure('not-a-registry', detail, 'There is no /v2/ at this address.');
  if (status === 401) {
    const isChallenged = headerValue(headers, 'www-authenticate') !== undefined;
    if (isChallenged || isMarked) return;
    throw failure('not-a-registry', detail, 'It asks for a sign-in, but not as registries do.');
  }
  if (status < 200 || status >= 300) throw statusFailure(answer, 'ping');
  if (!isMarked && isWebPage(contentTypeOf(headers), answer.bytes)) {
    throw failure('not-a-registry', detail, 'The answer is a web page.');
  }
}

function hostOfRealm(realm: string | undefined, requestUrl: URL): string | undefined {
  try {
    return realm === undefined ? undefined : new URL(realm, requestUrl).host;
  } catch {
    return undefined;
  }
}

function describe(answer: BufferedAnswer): Omit<PingReport, 'access' | 'durationMs'> {
  const challenges = parseChallenges(headerValues(answer.headers, 'www-authenticate'));
  const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
  const apiVersion = headerValue(answer.headers, 'docker-distribution-api-version');
  const serverHeader = headerValue(answer.headers, 'server');
  const realmHost = hostOfRealm(bearer?.parameters['realm'], answer.url);
  return {
    anonymous: answer.status !== 401,
    challengeSchemes: [...new Set(challenges.map(({ scheme }) => scheme))],
    ...(apiVersion !== undefined && { apiVersion: apiVersion.slice(0, 200) }),
    ...(serverHeader !== undefined && { serverHeader: serverHeader.slice(0, 200) }),
    ...(realmHost !== undefined && { realmHost }),
  };
}

/** distribution-spec, end-1: first without any credential, then, where that is refused, with what there is. */
export function createPing(
  { session, paths }: VerbContext,
  hasCredential: (signal: AbortSignal | undefined) => Promise<boolean>,
): RegistryClient['ping'] {
  const signIn = async (
    request: SessionRequest,
    options: CallOptions | undefined,
  ): Promise<PingReport['access']> => {
    const isKnown = await hasCredential(options?.signal);
    try {
      await session.fetch(request, MAX_BODY_BYTES);
      return isKnown ? 'signed-in' : 'anonymous-token';
    } catch (error) {
      if (!isKnown && isRegistryError(error, 'unauthorized')) return 'credentials-needed';
      throw error;
    }
  };

  return async (options) => {
    const startedAt = performance.now();
    const request: SessionRequest = {
      method: 'GET',
      url: paths.root,
      step: 'ping',
      scopes: [],
      options,
    };
    const answer = await session.sendBare(request, MAX_BODY_BYTES);
    const durationMs = Math.round(performance.now() - startedAt);
    checkIsRegistry(answer);
    const access = answer.status === 401 ? await signIn(request, options) : 'open';
    return { ...describe(answer), access, durationMs };
  };
}
