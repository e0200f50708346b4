import type { QueryClient } from '@tanstack/react-query';
import { streamQueryOptions } from '#lib/stream-query';
import { tagListQuery } from '#lib/tag-list';
import { useSelection } from '#state/selection';

/**
 * Asks for the tags of a repository in the moment it is selected: the registry answers while the window draws the frame of
 * the table, which would ask only when that is done.
 */
export const readAhead = (client: QueryClient): (() => void) =>
  useSelection.subscribe(({ registryId, repository }, before) => {
    if (registryId === null || repository === null) return;
    if (registryId === before.registryId && repository === before.repository) return;
    void client.prefetchQuery(streamQueryOptions(tagListQuery(registryId, repository)));
  });
