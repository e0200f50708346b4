import type { Descriptor } from '#oci/descriptor';
import type { Digest } from '#oci/digest';
import { MANIFEST_ACCEPT } from '#oci/media-type';
import type { RepositoryName } from '#oci/repository-name';
import type { Tag } from '#oci/tag';
import { repositoryScope } from './auth/scope';
import type { ContentContext } from './context';
import { isRegistryError } from './errors';
import { readManifest, statManifest, tryReadCached } from './manifest-answer';
import { parsePullBudget } from './pull-budget';
import type { CallOptions, FetchedManifest, PullBudget, RegistryClient } from './registry-client';
import type { SessionRequest } from './session';
import { createSingleFlight } from './single-flight';
import { statusFailure } from './status';
import type { BufferedAnswer } from './transport/shapes';

export type ManifestVerbs = Pick<RegistryClient, 'headManifest' | 'getManifest' | 'pullBudget'>;

/** docs.docker.com, Docker Hub usage: a GET of a manifest is a pull, a HEAD is not. */
const DOCKER_HUB = 'registry-1.docker.io';

const accept = MANIFEST_ACCEPT.join(', ');

const isDigest = (reference: Tag | Digest): reference is Digest => reference.includes(':');

const asked = (reference: Tag | Digest): Digest | undefined =>
  isDigest(reference) ? reference : undefined;

/** distribution-spec, Pulling manifests. */
export function createManifests(context: ContentContext): ManifestVerbs {
  return new Manifests(context);
}

class Manifests implements ManifestVerbs {
  private readonly flights = createSingleFlight<FetchedManifest>();
  private budget: PullBudget | undefined;

  constructor(private readonly context: ContentContext) {}

  readonly headManifest: ManifestVerbs['headManifest'] = async (repository, reference, options) => {
    try {
      const found = await this.locate(repository, reference, options);
      if (!('bytes' in found)) return found;
      return { mediaType: found.mediaType, digest: found.digest, size: found.sizeBytes };
    } catch (error) {
      if (isRegistryError(error, 'not-found')) return undefined;
      throw error;
    }
  };

  readonly getManifest: ManifestVerbs['getManifest'] = async (repository, reference, options) => {
    if (isDigest(reference)) return this.getByDigest(repository, reference, options);
    if (!(await this.isHeadWorthIt(repository, reference))) {
      const fetched = await this.fetch(repository, reference, options);
      this.context.seenTags.add(this.placeOf(repository), reference);
      return fetched;
    }
    const found = await this.locate(repository, reference, options);
    return 'bytes' in found ? found : this.getByDigest(repository, found.digest, options);
  };

  /**
   * A HEAD before the GET is a request more, and one less to pay for where the manifest is in the cache already: likely
   * for a tag that was read before, and worth trying where every GET counts as a pull.
   */
  private async isHeadWorthIt(repository: RepositoryName, tag: Tag): Promise<boolean> {
    const { store, seenTags, base } = this.context;
    if (!store.isKept) return false;
    const isCounted = this.budget !== undefined || base.hostname === DOCKER_HUB;
    return isCounted || (await seenTags.has(this.placeOf(repository), tag));
  }

  private placeOf(repository: RepositoryName): string {
    return `${this.context.base.href} ${repository}`;
  }

  readonly pullBudget = (): PullBudget | undefined => this.budget;

  private toRequest(
    method: 'GET' | 'HEAD',
    repository: RepositoryName,
    reference: Tag | Digest,
    options: CallOptions | undefined,
  ): SessionRequest {
    return {
      method,
      url: this.context.paths.manifest(repository, reference),
      step: 'manifest',
      scopes: [repositoryScope(repository, 'pull')],
      headers: { accept },
      options,
    };
  }

  private async getByDigest(
    repository: RepositoryName,
    digest: Digest,
    options: CallOptions | undefined,
  ): Promise<FetchedManifest> {
    const bytes = await this.context.store.get(digest);
    const cached = bytes && tryReadCached(bytes, digest);
    if (cached) return cached;
    // One request for a digest, however many tags of a list point to it.
    const work = (signal: AbortSignal): Promise<FetchedManifest> =>
      this.fetch(repository, digest, { ...options, signal });
    return this.context.session.cancellable('manifest', options, () =>
      this.flights.run(`${repository}@${digest}`, work, options?.signal),
    );
  }

  private async fetch(
    repository: RepositoryName,
    reference: Tag | Digest,
    options: CallOptions | undefined,
  ): Promise<FetchedManifest> {
    const { session, limits, store } = this.context;
    const request = this.toRequest('GET', repository, reference, options);
    const answer = await session.fetch(request, limits.manifestBytes);
    const rateLimit = this.noteBudget(answer);
    const fetched = readManifest(answer, asked(reference));
    // The digest of a signed schema 1 manifest is not the hash of its bytes, so no cache could check it.
    if (fetched.manifest.kind !== 'schema1') store.put(fetched.digest, fetched.bytes);
    return rateLimit ? { ...fetched, rateLimit } : fetched;
  }

  /** Where a reference points now: what HEAD says, or the manifest itself where HEAD says too little. */
  private async locate(
    repository: RepositoryName,
    reference: Tag | Digest,
    options: CallOptions | undefined,
  ): Promise<Descriptor | FetchedManifest> {
    const request = this.toRequest('HEAD', repository, reference, options);
    const answer = await this.context.session.send(request, 0);
    this.noteBudget(answer);
    if (answer.status === 405) return this.fetch(repository, reference, options);
    if (answer.status < 200 || answer.status >= 300) throw statusFailure(answer, 'manifest');
    const descriptor = statManifest(answer, asked(reference));
    return descriptor ?? this.fetch(repository, reference, options);
  }

  private noteBudget(answer: BufferedAnswer): PullBudget | undefined {
    const seen = parsePullBudget(answer.headers);
    this.budget = seen ?? this.budget;
    return seen;
  }
}
