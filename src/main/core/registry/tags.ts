import type { RepositoryName } from '#oci/repository-name';
import { tryParseTag, type Tag } from '#oci/tag';
import { repositoryScope } from './auth/scope';
import { parseJsonAnswer } from './json-answer';
import { readList, walkPages } from './pages';
import type { VerbContext } from './context';
import type { RegistryClient } from './registry-client';

/** distribution-spec, Listing Tags. */
export function createTags({ session, paths, limits }: VerbContext): RegistryClient['tags'] {
  return async function* tags(repository: RepositoryName, options) {
    const walk = {
      step: 'tags',
      limits,
      first: (pageSize: number | undefined) => ({
        method: 'GET' as const,
        url: paths.tags(repository, pageSize),
        step: 'tags' as const,
        scopes: [repositoryScope(repository, 'pull')],
        headers: { accept: 'application/json' },
        options,
      }),
      read: (answer: Parameters<typeof parseJsonAnswer>[0]) =>
        readList(parseJsonAnswer(answer, 'tags'), 'tags', answer.url.host, 'tags'),
    } as const;
    for await (const { items, truncatedBy } of walkPages(session, walk)) {
      const found = items.map((item) => (typeof item === 'string' ? tryParseTag(item) : undefined));
      const valid = found.filter((tag): tag is Tag => tag !== undefined);
      const invalidCount = items.length - valid.length;
      yield { tags: valid, invalidCount, ...(truncatedBy && { truncatedBy }) };
    }
  };
}
