import { tryParseTag } from '#oci/tag';
import { repositoryScope } from './auth/scope';
import type { VerbContext } from './context';
import { listNames } from './name-list';
import type { RegistryClient } from './registry-client';

/** distribution-spec, Listing Tags. */
export function createTags(context: VerbContext): RegistryClient['tags'] {
  return async function* tags(repository, options) {
    const pages = listNames(context, {
      step: 'tags',
      key: 'tags',
      url: (pageSize) => context.paths.tags(repository, pageSize),
      scopes: [repositoryScope(repository, 'pull')],
      tryParse: tryParseTag,
      options,
    });
    for await (const { names, ...rest } of pages) yield { tags: names, ...rest };
  };
}
