import { parseDescriptor, type Descriptor } from '#oci/descriptor';
import type { Digest } from '#oci/digest';
import { fallbackTagFor } from '#oci/fallback-tags';
import { MEDIA_TYPES } from '#oci/media-type';
import type { RepositoryName } from '#oci/repository-name';
import { tryParseTag, type Tag } from '#oci/tag';
import { repositoryScope } from './auth/scope';
import { isRegistryError, RegistryError } from './errors';
import { parseJsonAnswer } from './json-answer';
import type { ManifestVerbs } from './manifests';
import { readList, walkPages } from './pages';
import type {
  ListTruncation,
  Referrer,
  ReferrersOptions,
  ReferrersReport,
  ReferrerSource,
  RegistryClient,
} from './registry-client';
import type { VerbContext } from './context';
import { headerValues } from './transport/headers';
import type { BufferedAnswer } from './transport/shapes';
import { failure } from './words';

/** What one source gave. `isSupported` is only told by the API. */
type Found = {
  referrers: Referrer[];
  incomplete: ReferrersReport['incomplete'];
  isSupported?: boolean;
};

type Query = {
  repository: RepositoryName;
  digest: Digest;
  options: ReferrersOptions | undefined;
};

const nothing = (): Found => ({ referrers: [], incomplete: [] });

/** cosign specs/SIGNATURE_SPEC.md: cosign 1 and 2 hang their manifests under these tags, cosign 3 does not. */
const COSIGN_SUFFIXES = ['sig', 'att', 'sbom'] as const;

const PULL_STEP = 'referrers';

/** OCI-Filters-Applied names the filters the registry has already applied (distribution-spec, Listing Referrers). */
function isFiltered(answer: BufferedAnswer): boolean {
  return headerValues(answer.headers, 'oci-filters-applied')
    .flatMap((value) => value.split(','))
    .some((name) => name.trim().toLowerCase() === 'artifacttype');
}

function fits(descriptor: Descriptor, artifactType: string | undefined): boolean {
  return artifactType === undefined || descriptor.artifactType === artifactType;
}

/** Reads descriptors one by one: a single bad entry must not hide the others. */
function readDescriptors(
  items: readonly unknown[],
  host: string,
): { descriptors: Descriptor[]; failure?: RegistryError } {
  const descriptors: Descriptor[] = [];
  let cause: unknown;
  for (const item of items) {
    try {
      descriptors.push(parseDescriptor(item));
    } catch (error) {
      cause = error;
    }
  }
  if (cause === undefined) return { descriptors };
  const detail = { host, step: PULL_STEP, cause } as const;
  return {
    descriptors,
    failure: failure('response-malformed', detail, 'One referrer is not valid.'),
  };
}

/** Answers that mean "no referrers API here": distribution has no such route, others switch it off. */
function isUnsupported(error: unknown): boolean {
  if (!(error instanceof RegistryError)) return false;
  const codes: readonly string[] = ['not-found', 'unsupported', 'not-a-registry'];
  return codes.includes(error.code) || error.status === 400;
}

/** distribution-spec, Listing Referrers, with its fallback tag, and the tags of cosign 1 and 2, merged. */
export function createReferrers(
  context: VerbContext,
  manifests: ManifestVerbs,
): RegistryClient['referrers'] {
  const { session, paths, limits } = context;
  const { host } = session.base;
  let isKnownUnsupported = false;

  const fromApi = async ({ repository, digest, options }: Query): Promise<Found> => {
    const artifactType = options?.artifactType;
    const found: Found = { ...nothing(), isSupported: true };
    const walk = {
      step: PULL_STEP,
      limits,
      first: () => ({
        method: 'GET' as const,
        url: paths.referrers(repository, digest, artifactType),
        step: 'referrers' as const,
        scopes: [repositoryScope(repository, 'pull')],
        headers: { accept: MEDIA_TYPES.ociIndex },
        options,
      }),
      read: (answer: BufferedAnswer) =>
        readList(parseJsonAnswer(answer, PULL_STEP), 'manifests', answer.url.host, PULL_STEP),
    } as const;
    for await (const page of walkPages(session, walk)) {
      const { descriptors, failure: bad } = readDescriptors(page.items, host);
      const wanted = isFiltered(page.answer)
        ? descriptors
        : descriptors.filter((descriptor) => fits(descriptor, artifactType));
      found.referrers.push(...wanted.map((descriptor) => ({ descriptor, source: 'api' as const })));
      const reason: RegistryError | ListTruncation | undefined = bad ?? page.truncatedBy;
      if (reason !== undefined) found.incomplete.push({ source: 'api', reason });
    }
    return found;
  };

  const askApi = async (query: Query): Promise<Found> => {
    if (isKnownUnsupported) return { ...nothing(), isSupported: false };
    try {
      return await fromApi(query);
    } catch (error) {
      if (!isUnsupported(error)) throw error;
      // Without an OCI code it is the route that is unknown, not the repository: no need to ask again.
      if (error instanceof RegistryError && error.status === 404 && error.ociCode === undefined) {
        isKnownUnsupported = true;
      }
      return { ...nothing(), isSupported: false };
    }
  };

  const isAbsent = (tag: Tag, { options }: Query): boolean =>
    options?.knownTags !== undefined && !options.knownTags.has(tag);

  const askFallbackTag = async (query: Query): Promise<Found> => {
    const tag = fallbackTagFor(query.digest);
    if (isAbsent(tag, query)) return nothing();
    try {
      const { manifest } = await manifests.getManifest(query.repository, tag, query.options);
      // Anything else under that name is no referrers list (distribution-spec, Referrers Tag Schema).
      if (manifest.kind !== 'index') return nothing();
      const referrers = manifest.manifests
        .filter((descriptor) => fits(descriptor, query.options?.artifactType))
        .map((descriptor) => ({ descriptor, source: 'fallback-tag' as const, tag }));
      return { referrers, incomplete: [] };
    } catch (error) {
      if (isRegistryError(error, 'not-found')) return nothing();
      throw error;
    }
  };

  const askCosignTag = async (suffix: string, query: Query): Promise<Found> => {
    const tag = tryParseTag(`${fallbackTagFor(query.digest)}.${suffix}`);
    // These manifests carry no artifact type to filter by, and only a sha256 digest fits into such a tag.
    const isAskable =
      query.options?.artifactType === undefined && query.digest.startsWith('sha256:');
    if (!tag || !isAskable || isAbsent(tag, query)) return nothing();
    const descriptor = await manifests.headManifest(query.repository, tag, query.options);
    return descriptor
      ? { referrers: [{ descriptor, source: 'cosign-tag', tag }], incomplete: [] }
      : nothing();
  };

  /** One source that fails makes the report incomplete; only a cancel ends it. */
  const tolerate = async (source: ReferrerSource, asking: Promise<Found>): Promise<Found> => {
    try {
      return await asking;
    } catch (error) {
      if (!(error instanceof RegistryError) || error.code === 'cancelled') throw error;
      return { referrers: [], incomplete: [{ source, reason: error }] };
    }
  };

  return async (repository, digest, options) => {
    const query = { repository, digest, options };
    const [api, ...tagged] = await Promise.all([
      tolerate('api', askApi(query)),
      tolerate('fallback-tag', askFallbackTag(query)),
      ...COSIGN_SUFFIXES.map((suffix) => tolerate('cosign-tag', askCosignTag(suffix, query))),
    ]);
    const seen = new Set<Digest>();
    const referrers = [api, ...tagged]
      .flatMap((found) => found.referrers)
      .filter(({ descriptor }) => !seen.has(descriptor.digest) && seen.add(descriptor.digest));
    const incomplete = [api, ...tagged].flatMap((found) => found.incomplete);
    return { referrers, apiSupported: api.isSupported ?? false, incomplete };
  };
}
