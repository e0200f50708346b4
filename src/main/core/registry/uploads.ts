import type { Digest } from '#oci/digest';
import type { RepositoryName } from '#oci/repository-name';
import { repositoryScope, type Scope } from './auth/scope';
import type { VerbContext } from './context';
import type { CallOptions, RegistryClient } from './registry-client';
import { headerValue } from './transport/headers';
import type { BufferedAnswer } from './transport/shapes';
import { digestOf } from './verify';
import { failure } from './words';

/**
 * Where to send the bytes: the newest Location, relative or absolute, with whatever query it carries. A registry behind
 * a proxy that ends TLS writes http: where it is reached by https:. Another origin would get the sign-in and is refused.
 */
function uploadTarget(answer: BufferedAnswer, base: URL, digest: Digest): URL {
  const detail = { host: answer.url.host, step: 'blob', status: answer.status } as const;
  const location = headerValue(answer.headers, 'location');
  if (location === undefined) {
    throw failure('response-malformed', detail, 'It opened an upload without saying where.');
  }
  let target: URL;
  try {
    target = new URL(location, answer.url);
  } catch (error) {
    throw failure('response-malformed', { ...detail, cause: error }, 'The Location is not a URL.');
  }
  if (target.protocol === 'http:' && base.protocol === 'https:' && target.host === base.host) {
    target.protocol = 'https:';
  }
  if (target.origin !== base.origin) {
    throw failure('redirect-refused', detail, `The upload was to go to ${target.host}.`);
  }
  // Appended as text: writing the query again could change what the registry signed.
  const separator = target.search === '' ? '?' : '&';
  return new URL(`${target.href.replace(/#.*$/u, '')}${separator}digest=${digest}`);
}

/** distribution-spec, Pushing a blob monolithically, POST then PUT. For small blobs that are in memory anyway. */
export function createPutBlob(context: VerbContext): RegistryClient['putBlob'] {
  const { session, paths, limits } = context;
  const scopesFor = (repository: RepositoryName): Scope[] => [
    repositoryScope(repository, 'pull', 'push'),
  ];

  const open = (repository: RepositoryName, options: CallOptions | undefined) =>
    session.fetch(
      {
        method: 'POST',
        url: paths.uploads(repository),
        step: 'blob',
        scopes: scopesFor(repository),
        options,
      },
      limits.errorBytes,
    );

  return async (repository, bytes, options) => {
    const digest = digestOf(bytes);
    const opened = await open(repository, options);
    await session.fetch(
      {
        method: 'PUT',
        url: uploadTarget(opened, session.base, digest),
        step: 'blob',
        scopes: scopesFor(repository),
        headers: { 'content-type': 'application/octet-stream' },
        body: bytes,
        options,
      },
      limits.errorBytes,
    );
    return digest;
  };
}
