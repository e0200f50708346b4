import { type QueryKey, useQuery } from '@tanstack/react-query';

/**
 * Follows a cache entry that others write: there is nothing to fetch. `initial` while nobody has written it. It brings no
 * way to fetch either: that would take the place of the one that the entry's own reader has.
 */
export const useCached = <T>(queryKey: QueryKey, initial: T): T => {
  const { data } = useQuery<T>({ queryKey, enabled: false, structuralSharing: false });
  return data ?? initial;
};
