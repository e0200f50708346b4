import type { Digest } from '#oci/digest';
import type { RepositoryName } from '#oci/repository-name';
import { repositoryScope } from './auth/scope';
import { openBody } from './blob-body';
import { formatRange, readExtent } from './blob-range';
import type { VerbContext } from './context';
import type { BlobOptions, BlobStat, OpenedBlob, RegistryClient } from './registry-client';
import type { SessionRequest } from './session';
import { statusFailure } from './status';
import { discardBody } from './transport/body';
import { contentLengthOf, contentTypeOf, headerValue } from './transport/headers';
import type { Answer } from './transport/shapes';
import { startHash } from './verify';
import { failure } from './words';

type BlobVerbs = Pick<RegistryClient, 'headBlob' | 'getBlob' | 'openBlob'>;

function toStat(answer: Answer): BlobStat {
  const sizeBytes = contentLengthOf(answer.headers);
  const mediaType = contentTypeOf(answer.headers);
  return {
    acceptsRanges: headerValue(answer.headers, 'accept-ranges')?.trim().toLowerCase() === 'bytes',
    ...(sizeBytes !== undefined && { sizeBytes }),
    ...(mediaType !== undefined && { mediaType }),
  };
}

/** Collects a body in memory, at most `maxBytes`. */
async function collect(opened: OpenedBlob, maxBytes: number, host: string): Promise<Buffer> {
  const tooLarge = (): Error =>
    failure('response-too-large', { host, step: 'blob' }, `The limit is ${maxBytes} bytes.`);
  if ((opened.sizeBytes ?? 0) > maxBytes) {
    opened.close();
    throw tooLarge();
  }
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of opened.body) {
    total += chunk.length;
    if (total > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, total);
}

/** distribution-spec, Pulling blobs. */
export function createBlobs({ session, paths }: VerbContext): BlobVerbs {
  const { host, origin } = session.base;

  const toRequest = (
    method: 'GET' | 'HEAD',
    repository: RepositoryName,
    digest: Digest,
    options: BlobOptions | undefined,
  ): SessionRequest => ({
    method,
    url: paths.blob(repository, digest),
    step: 'blob',
    scopes: [repositoryScope(repository, 'pull')],
    ...(options?.range && { headers: { range: formatRange(options.range) } }),
    options,
  });

  const openBlob: RegistryClient['openBlob'] = async (repository, digest, options) => {
    const { range } = options ?? {};
    // The hash comes first: an algorithm that cannot be checked is refused before anything is fetched.
    const hash = range ? undefined : startHash(digest, { host, step: 'blob' });
    const answer = await session.open(toRequest('GET', repository, digest, options));
    try {
      return openBody(session, answer, { digest, hash, extent: readExtent(answer, range) });
    } catch (error) {
      discardBody(answer.body);
      answer.release();
      throw error;
    }
  };

  return {
    openBlob,
    async headBlob(repository, digest, options) {
      const answer = await session.send(toRequest('HEAD', repository, digest, options), 0);
      if (answer.status >= 200 && answer.status < 300) return toStat(answer);
      if (answer.url.origin !== origin) {
        // A signed storage link is often valid for GET only; one byte tells the size as well.
        const range = { start: 0, end: 0 };
        const opened = await openBlob(repository, digest, { ...options, range });
        opened.close();
        const { totalBytes } = opened;
        return { acceptsRanges: true, ...(totalBytes !== undefined && { sizeBytes: totalBytes }) };
      }
      if (answer.status === 404) return undefined;
      throw statusFailure(answer, 'blob');
    },
    async getBlob(repository, digest, options) {
      return collect(await openBlob(repository, digest, options), options.maxBytes, host);
    },
  };
}
