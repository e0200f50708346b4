import type { Descriptor } from '#oci/descriptor';
import type { Digest } from '#oci/digest';
import { MANIFEST_ACCEPT } from '#oci/media-type';
import type { RepositoryName } from '#oci/repository-name';
import type { Tag } from '#oci/tag';
import { createSingleFlight } from './auth/single-flight';
import { repositoryScope } from './auth/scope';
import { isRegistryError } from './errors';
import { readManifest, statManifest, tryReadCached } from './manifest-answer';
import { parsePullBudget } from './pull-budget';
import type {
  FetchedManifest,
  ManifestOptions,
  PullBudget,
  RegistryClient,
} from './registry-client';
import type { SessionRequest } from './session';
import { statusFailure } from './status';
import type { BufferedAnswer } from './transport/shapes';
import type { ContentContext } from './context';

const accept = MANIFEST_ACCEPT.join(', ');

export type ManifestVerbs = Pick<RegistryClient, 'headManifest' | 'getManifest' | 'pullBudget'>;

const isDigest = (reference: Tag | Digest): reference is Digest => reference.includes(':');

/** distribution-spec, Pulling manifests. */
export function createManifests(context: ContentContext): ManifestVerbs {
  const { session, paths, limits, store } = context;
  const flights = createSingleFlight<FetchedManifest>();
  let budget: PullBudget | undefined;

  const toRequest = (
    method: 'GET' | 'HEAD',
    repository: RepositoryName,
    reference: Tag | Digest,
    options: ManifestOptions | undefined,
  ): SessionRequest => ({
    method,
    url: paths.manifest(repository, reference),
    step: 'manifest',
    scopes: [repositoryScope(repository, 'pull')],
    headers: { accept },
    options,
  });

  const noteBudget = (answer: BufferedAnswer): PullBudget | undefined => {
    const seen = parsePullBudget(answer.headers);
    if (seen) budget = seen;
    return seen;
  };

  const fetchManifest = async (
    repository: RepositoryName,
    reference: Tag | Digest,
    options: ManifestOptions | undefined,
  ): Promise<FetchedManifest> => {
    const request = toRequest('GET', repository, reference, options);
    const answer = await session.fetch(request, limits.manifestBytes);
    const fetched = readManifest(answer, isDigest(reference) ? reference : undefined);
    // The digest of a signed schema 1 manifest is not the hash of its bytes, so no cache could check it.
    if (fetched.manifest.kind !== 'schema1') store.put(fetched.digest, fetched.bytes);
    const rateLimit = noteBudget(answer);
    return rateLimit ? { ...fetched, rateLimit } : fetched;
  };

  /** One request for a digest, however many tags of a list point to it. */
  const fetchByDigest = (
    repository: RepositoryName,
    digest: Digest,
    options: ManifestOptions | undefined,
  ): Promise<FetchedManifest> => {
    const key = `${repository}@${digest}`;
    const work = (signal: AbortSignal): Promise<FetchedManifest> =>
      fetchManifest(repository, digest, { ...options, signal });
    return session.cancellable('manifest', options, () => flights.run(key, work, options?.signal));
  };

  const getByDigest = async (
    repository: RepositoryName,
    digest: Digest,
    options: ManifestOptions | undefined,
  ): Promise<FetchedManifest> => {
    const bytes = await store.get(digest);
    const cached = bytes && tryReadCached(bytes, digest);
    return cached ?? fetchByDigest(repository, digest, options);
  };

  /** Where a reference points now: what HEAD says, or the manifest itself where HEAD says too little. */
  const locate = async (
    repository: RepositoryName,
    reference: Tag | Digest,
    options: ManifestOptions | undefined,
  ): Promise<Descriptor | FetchedManifest> => {
    const request = toRequest('HEAD', repository, reference, options);
    const answer = await session.send(request, 0);
    noteBudget(answer);
    if (answer.status === 405) return fetchManifest(repository, reference, options);
    if (answer.status < 200 || answer.status >= 300) throw statusFailure(answer, 'manifest');
    const descriptor = statManifest(answer, isDigest(reference) ? reference : undefined);
    return descriptor ?? fetchManifest(repository, reference, options);
  };

  return {
    async headManifest(repository, reference, options) {
      try {
        const found = await locate(repository, reference, options);
        if (!('bytes' in found)) return found;
        return { mediaType: found.mediaType, digest: found.digest, size: found.sizeBytes };
      } catch (error) {
        if (isRegistryError(error, 'not-found')) return undefined;
        throw error;
      }
    },
    async getManifest(repository, reference, options) {
      if (isDigest(reference)) return getByDigest(repository, reference, options);
      if (!store.isKept) return fetchManifest(repository, reference, options);
      const found = await locate(repository, reference, options);
      return 'bytes' in found ? found : getByDigest(repository, found.digest, options);
    },
    pullBudget: () => budget,
  };
}
