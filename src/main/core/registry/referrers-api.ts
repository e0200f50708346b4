import { parseDescriptor, type Descriptor } from '#oci/descriptor';
import { MEDIA_TYPES } from '#oci/media-type';
import { repositoryScope } from './auth/scope';
import type { VerbContext } from './context';
import { RegistryError } from './errors';
import { parseJsonAnswer } from './json-answer';
import { readList, walkPages, type Page, type Walk } from './pages';
import { fits, nothingFound, type FoundReferrers, type ReferrersQuery } from './referrers-query';
import { headerValues } from './transport/headers';
import type { BufferedAnswer } from './transport/shapes';
import { failure } from './words';

/** OCI-Filters-Applied names the filters the registry has already applied (distribution-spec, Listing Referrers). */
function isFiltered(answer: BufferedAnswer): boolean {
  return headerValues(answer.headers, 'oci-filters-applied')
    .flatMap((value) => value.split(','))
    .some((name) => name.trim().toLowerCase() === 'artifacttype');
}

/** Reads descriptors one by one: a single bad entry must not hide the others. */
function readDescriptors(page: Page<unknown>): { descriptors: Descriptor[]; bad?: RegistryError } {
  const descriptors: Descriptor[] = [];
  let cause: unknown;
  for (const item of page.items) {
    try {
      descriptors.push(parseDescriptor(item));
    } catch (error) {
      cause = error;
    }
  }
  if (cause === undefined) return { descriptors };
  const detail = { host: page.answer.url.host, step: 'referrers', cause } as const;
  const bad = failure('response-malformed', detail, 'One referrer is not valid.');
  return { descriptors, bad };
}

function walkOf({ paths, limits }: VerbContext, query: ReferrersQuery): Walk<unknown> {
  const { repository, digest, options } = query;
  return {
    step: 'referrers',
    limits,
    first: () => ({
      method: 'GET',
      url: paths.referrers(repository, digest, options?.artifactType),
      step: 'referrers',
      scopes: [repositoryScope(repository, 'pull')],
      headers: { accept: MEDIA_TYPES.ociIndex },
      options,
    }),
    read: (answer) =>
      readList(parseJsonAnswer(answer, 'referrers'), 'manifests', answer.url.host, 'referrers'),
  };
}

async function fetchAll(context: VerbContext, query: ReferrersQuery): Promise<FoundReferrers> {
  const found: FoundReferrers = { ...nothingFound(), isSupported: true };
  for await (const page of walkPages(context.session, walkOf(context, query))) {
    const { descriptors, bad } = readDescriptors(page);
    const wanted = isFiltered(page.answer)
      ? descriptors
      : descriptors.filter((descriptor) => fits(descriptor, query.options?.artifactType));
    found.referrers.push(...wanted.map((descriptor) => ({ descriptor, source: 'api' as const })));
    for (const reason of [bad, page.truncatedBy]) {
      if (reason !== undefined) found.incomplete.push({ source: 'api', reason });
    }
  }
  return found;
}

/** Answers that mean "no referrers API here": distribution has no such route, others switch it off. */
function isUnsupported(error: unknown): error is RegistryError {
  if (!(error instanceof RegistryError)) return false;
  const codes: readonly string[] = ['not-found', 'unsupported', 'not-a-registry'];
  return codes.includes(error.code) || error.status === 400;
}

/** distribution-spec, Listing Referrers. Remembers for a client that its registry has no such route. */
export function createReferrersApi(
  context: VerbContext,
): (query: ReferrersQuery) => Promise<FoundReferrers> {
  let isRouteUnknown = false;
  return async (query) => {
    if (isRouteUnknown) return { ...nothingFound(), isSupported: false };
    try {
      return await fetchAll(context, query);
    } catch (error) {
      if (!isUnsupported(error)) throw error;
      // A 404 without an OCI code speaks about the route and not about the repository: no need to ask again.
      isRouteUnknown ||= error.status === 404 && error.ociCode === undefined;
      return { ...nothingFound(), isSupported: false };
    }
  };
}
