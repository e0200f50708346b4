import { tryParseRepositoryName, type RepositoryName } from '#oci/repository-name';
import { catalogScope } from './auth/scope';
import { isRegistryError } from './errors';
import { parseJsonAnswer } from './json-answer';
import { readList, walkPages } from './pages';
import type { RegistryClient } from './registry-client';
import type { VerbContext } from './context';
import { failure } from './words';

/** Many registries have no catalog and answer 404, which must not read as "nothing under that name". */
function toCatalogError(error: unknown): unknown {
  if (!isRegistryError(error, 'not-found') && !isRegistryError(error, 'unsupported')) return error;
  return failure(
    'unsupported',
    { ...error, host: error.host, step: 'catalog', cause: error },
    'It does not list its repositories; add them by name.',
  );
}

/** `GET /v2/_catalog` of the Docker registry API. */
export function createCatalog({ session, paths, limits }: VerbContext): RegistryClient['catalog'] {
  return async function* catalog(options) {
    const walk = {
      step: 'catalog',
      limits,
      first: (pageSize: number | undefined) => ({
        method: 'GET' as const,
        url: paths.catalog(pageSize),
        step: 'catalog' as const,
        scopes: [catalogScope],
        headers: { accept: 'application/json' },
        options,
      }),
      read: (answer: Parameters<typeof parseJsonAnswer>[0]) =>
        readList(parseJsonAnswer(answer, 'catalog'), 'repositories', answer.url.host, 'catalog'),
    } as const;
    try {
      for await (const { items, truncatedBy } of walkPages(session, walk)) {
        const found = items.map((item) =>
          typeof item === 'string' ? tryParseRepositoryName(item) : undefined,
        );
        const repositories = found.filter((name): name is RepositoryName => name !== undefined);
        const invalidCount = items.length - repositories.length;
        yield { repositories, invalidCount, ...(truncatedBy && { truncatedBy }) };
      }
    } catch (error) {
      throw toCatalogError(error);
    }
  };
}
