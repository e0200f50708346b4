import { useQueries, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { repositoriesQuery, useRegistries } from '#lib/live';
import { streamQueryOptions } from '#lib/stream-query';
import { tagListQuery } from '#lib/tag-list';
import { useActions } from '#state/actions';
import { useSelection } from '#state/selection';
import type { PaletteSource } from './palette-items';

const none: readonly string[] = [];

/** Everything the palette can find: what the window knows already. It asks no registry. */
export const usePaletteSource = (): PaletteSource => {
  const actions = useActions((state) => state.actions);
  const { value: registries } = useRegistries();
  const openRegistryId = useSelection((state) => state.registryId);
  const openRepository = useSelection((state) => state.repository);
  const lists = useQueries({
    queries: registries.map(({ id }) => ({
      ...streamQueryOptions(repositoriesQuery(id)),
      enabled: false,
    })),
  });
  const { data: tagList } = useQuery({
    ...streamQueryOptions(tagListQuery(openRegistryId ?? '', openRepository ?? '')),
    enabled: false,
  });
  return useMemo(
    () => ({
      actions: [...actions.values()],
      registries,
      repositories: registries.map((registry, at) => ({
        registry,
        names: lists[at]?.data?.value ?? none,
      })),
      openRegistryId,
      openRepository,
      tags: tagList?.value.tags ?? none,
    }),
    [actions, registries, lists, openRegistryId, openRepository, tagList],
  );
};
