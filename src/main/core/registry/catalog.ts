import { tryParseRepositoryName } from '#oci/repository-name';
import { catalogScope } from './auth/scope';
import type { VerbContext } from './context';
import { isRegistryError } from './errors';
import { listNames } from './name-list';
import type { RegistryClient } from './registry-client';
import { failure } from './words';

/** Many registries have no catalog and answer 404, which must not read as "nothing under that name". */
function toCatalogError(error: unknown): unknown {
  if (!isRegistryError(error, 'not-found') && !isRegistryError(error, 'unsupported')) return error;
  const { host, status, ociCode, ociMessage } = error;
  return failure(
    'unsupported',
    { host, step: 'catalog', status, ociCode, ociMessage, cause: error },
    'It does not list its repositories; add them by name.',
  );
}

/** `GET /v2/_catalog` of the Docker registry API. */
export function createCatalog(context: VerbContext): RegistryClient['catalog'] {
  return async function* catalog(options) {
    try {
      const pages = listNames(context, {
        step: 'catalog',
        key: 'repositories',
        url: (pageSize) => context.paths.catalog(pageSize),
        scopes: [catalogScope],
        tryParse: tryParseRepositoryName,
        options,
      });
      for await (const { names, ...rest } of pages) yield { repositories: names, ...rest };
    } catch (error) {
      throw toCatalogError(error);
    }
  };
}
