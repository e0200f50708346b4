import { repositoryScope } from './auth/scope';
import type { VerbContext } from './context';
import type { RegistryClient } from './registry-client';

/**
 * distribution-spec, Deleting tags and Deleting Manifests. The right to delete is asked for by itself: a token for
 * pull and push may not be widened, and a token server may refuse a scope it does not grant in full.
 */
export function createDeleteManifest(context: VerbContext): RegistryClient['deleteManifest'] {
  const { session, paths, limits } = context;
  return async (repository, reference, options) => {
    await session.fetch(
      {
        method: 'DELETE',
        url: paths.manifest(repository, reference),
        step: 'manifest',
        scopes: [repositoryScope(repository, 'delete')],
        options,
      },
      limits.errorBytes,
    );
  };
}
