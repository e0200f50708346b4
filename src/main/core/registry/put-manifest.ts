import { tryParseDigest, type Digest } from '#oci/digest';
import { repositoryScope } from './auth/scope';
import type { VerbContext } from './context';
import type { PutManifestAnswer, RegistryClient } from './registry-client';
import { headerValue } from './transport/headers';
import type { BufferedAnswer } from './transport/shapes';
import { digestOf, mismatch } from './verify';

/** The registry read other bytes than were sent when it names another digest. */
function readAnswer(answer: BufferedAnswer, sent: Digest): PutManifestAnswer {
  const stated = tryParseDigest(headerValue(answer.headers, 'docker-content-digest')?.trim() ?? '');
  const isComparable = stated?.startsWith('sha256:') ?? false;
  if (stated !== undefined && isComparable && stated !== sent) {
    throw mismatch(sent, stated, { host: answer.url.host, step: 'manifest' });
  }
  const subject = tryParseDigest(headerValue(answer.headers, 'oci-subject')?.trim() ?? '');
  return { digest: sent, ...(subject !== undefined && { subject }) };
}

/** distribution-spec, Pushing Manifests, and Pushing Manifests with Subject. */
export function createPutManifest(context: VerbContext): RegistryClient['putManifest'] {
  const { session, paths, limits } = context;
  return async (repository, reference, content, options) => {
    const answer = await session.fetch(
      {
        method: 'PUT',
        url: paths.manifest(repository, reference),
        step: 'manifest',
        scopes: [repositoryScope(repository, 'pull', 'push')],
        headers: { 'content-type': content.mediaType },
        body: content.bytes,
        options,
      },
      limits.errorBytes,
    );
    return readAnswer(answer, digestOf(content.bytes));
  };
}
