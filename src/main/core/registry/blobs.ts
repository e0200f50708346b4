import type { Digest } from '#oci/digest';
import type { RepositoryName } from '#oci/repository-name';
import { repositoryScope } from './auth/scope';
import { openBody } from './blob-body';
import { formatRange, readExtent } from './blob-range';
import { readConfig, readStored } from './config-answer';
import type { RegistryStep } from './errors';
import type { BlobOptions, BlobStat, CallOptions, RegistryClient } from './registry-client';
import type { SessionRequest } from './session';
import { statusFailure } from './status';
import type { ContentContext } from './context';
import { discardBody } from './transport/body';
import { contentLengthOf, contentTypeOf, headerValue } from './transport/headers';
import type { Answer } from './transport/shapes';
import { startHash } from './verify';
import { failure } from './words';

type BlobVerbs = Pick<RegistryClient, 'headBlob' | 'getBlob' | 'openBlob' | 'getConfig'>;

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
async function collect(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
  host: string,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of body) {
    total += chunk.length;
    if (total > maxBytes) throw tooLarge(maxBytes, host);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, total);
}

const tooLarge = (maxBytes: number, host: string): Error =>
  failure('response-too-large', { host, step: 'blob' }, `The limit is ${maxBytes} bytes.`);

/** distribution-spec, Pulling blobs. */
export function createBlobs({ session, paths, limits, store }: ContentContext): BlobVerbs {
  const { host } = session.base;

  const toRequest = (
    method: 'GET' | 'HEAD',
    repository: RepositoryName,
    digest: Digest,
    step: RegistryStep,
    options: BlobOptions | undefined,
  ): SessionRequest => ({
    method,
    url: paths.blob(repository, digest),
    step,
    scopes: [repositoryScope(repository, 'pull')],
    ...(options?.range && { headers: { range: formatRange(options.range) } }),
    options,
  });

  const openBlob: RegistryClient['openBlob'] = async (repository, digest, options) => {
    const { range } = options ?? {};
    // The hash comes first: an algorithm that cannot be checked is refused before anything is fetched.
    const hash = range ? undefined : startHash(digest, { host, step: 'blob' });
    const answer = await session.open(toRequest('GET', repository, digest, 'blob', options));
    try {
      const extent = readExtent(answer, range);
      return openBody(session, answer, { digest, hash, extent });
    } catch (error) {
      discardBody(answer.body);
      answer.release();
      throw error;
    }
  };

  /** A signed storage link is often valid for GET only, so HEAD fails there: one byte tells the size as well. */
  const statByRange = async (
    repository: RepositoryName,
    digest: Digest,
    options: CallOptions | undefined,
  ): Promise<BlobStat> => {
    const range = { start: 0, end: 0 };
    const opened = await openBlob(repository, digest, { ...options, range });
    opened.close();
    const { totalBytes } = opened;
    return { acceptsRanges: true, ...(totalBytes !== undefined && { sizeBytes: totalBytes }) };
  };

  return {
    openBlob,
    async headBlob(repository, digest, options) {
      const answer = await session.send(toRequest('HEAD', repository, digest, 'blob', options), 0);
      if (answer.status >= 200 && answer.status < 300) return toStat(answer);
      if (answer.url.origin !== session.base.origin) {
        return statByRange(repository, digest, options);
      }
      if (answer.status === 404) return undefined;
      throw statusFailure(answer, 'blob');
    },
    async getBlob(repository, digest, options) {
      const opened = await openBlob(repository, digest, options);
      if ((opened.sizeBytes ?? 0) > options.maxBytes) {
        opened.close();
        throw tooLarge(options.maxBytes, host);
      }
      return collect(opened.body, options.maxBytes, host);
    },
    async getConfig(repository, descriptor, options) {
      const cached = await readStored(store, descriptor);
      if (cached) return cached;
      const request = toRequest('GET', repository, descriptor.digest, 'config', options);
      if (descriptor.size > limits.configBytes) {
        const note = `The manifest says ${descriptor.size} bytes; the limit is ${limits.configBytes}.`;
        throw failure('response-too-large', { host, step: 'config' }, note);
      }
      const answer = await session.fetch(request, limits.configBytes);
      const config = readConfig(answer, descriptor);
      store.put(descriptor.digest, config.bytes);
      return config;
    },
  };
}
