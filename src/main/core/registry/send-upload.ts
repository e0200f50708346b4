import { repositoryScope } from './auth/scope';
import type { VerbContext } from './context';
import type { RegistryClient } from './registry-client';
import { statusFailure } from './status';
import { failure } from './words';

/**
 * One request of an upload (distribution-spec, Pushing blobs), for whoever keeps the session: its Location, and where it
 * stands. A location elsewhere would get the sign-in and is refused.
 */
export function createSendUpload(context: VerbContext): RegistryClient['sendUpload'] {
  const { session, paths, limits } = context;
  const { base } = session;
  return async (repository, request) => {
    const { method, location, query, from, headers, body, expected, signal } = request;
    const opening = paths.uploads(repository);
    if (query !== undefined) opening.search = query;
    const url = location ?? opening;
    if (url.origin !== base.origin) {
      const detail = { host: base.host, step: 'blob' } as const;
      throw failure('redirect-refused', detail, `The upload was to go to ${url.host}.`);
    }
    // A mount reads another repository too.
    const mounted = from === undefined ? [] : [repositoryScope(from, 'pull')];
    const answer = await session.upload(
      {
        method,
        url,
        step: 'blob',
        scopes: [repositoryScope(repository, 'pull', 'push'), ...mounted],
        headers,
        body,
        options: { signal, priority: 'background' },
      },
      limits.errorBytes,
    );
    if (!expected.includes(answer.status)) throw statusFailure(answer, 'blob', base);
    return { status: answer.status, headers: answer.headers, url: answer.url };
  };
}
