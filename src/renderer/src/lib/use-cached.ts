import { type QueryKey, useQuery, useQueryClient } from '@tanstack/react-query';

/** Follows a cache entry that others write: there is nothing to fetch. `initial` while nobody has written it. */
export const useCached = <T>(queryKey: QueryKey, initial: T): T => {
  const client = useQueryClient();
  const { data } = useQuery<T>({
    queryKey,
    queryFn: () => client.getQueryData<T>(queryKey) ?? initial,
    enabled: false,
    structuralSharing: false,
  });
  return data ?? initial;
};
