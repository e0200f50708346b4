import type { RegistryStep } from '../errors';
import { failure } from '../words';
import { isForbiddenAddress, isLoopbackHost } from './addresses';
import { headerValue, type ResponseHeaders } from './headers';

const redirectStatus = new Set([301, 302, 303, 307, 308]);

/** Where an answer redirects to; undefined when it does not. distribution-spec allows redirects on every request. */
export function redirectTarget(
  response: { status: number; headers: ResponseHeaders },
  from: URL,
  step: RegistryStep,
): URL | undefined {
  if (!redirectStatus.has(response.status)) return undefined;
  const location = headerValue(response.headers, 'location');
  if (location === undefined) return undefined;
  try {
    return new URL(location, from);
  } catch (error) {
    const detail = { host: from.host, step, status: response.status, cause: error };
    throw failure('response-malformed', detail, 'It redirected to something that is not a URL.');
  }
}

/** Refuses a redirect that weakens the connection or reaches into this machine or its cloud. */
export function checkRedirect(from: URL, to: URL, step: RegistryStep): void {
  if (to.protocol !== 'https:' && to.protocol !== 'http:') {
    throw failure(
      'redirect-refused',
      { host: from.host, step },
      'The target is not a web address.',
    );
  }
  if (from.protocol === 'https:' && to.protocol === 'http:') {
    const note = `The target ${to.host} is plain HTTP, although the registry is reached over HTTPS.`;
    throw failure('redirect-refused', { host: from.host, step }, note);
  }
  if (to.username !== '' || to.password !== '') {
    throw failure('redirect-refused', { host: from.host, step }, 'The target carries a password.');
  }
  if (isForbiddenAddress(to.hostname)) throw failure('address-refused', { host: to.host, step });
  if (isLoopbackHost(to.hostname) && !isLoopbackHost(from.hostname)) {
    throw failure('address-refused', { host: to.host, step });
  }
}
