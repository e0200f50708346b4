import { QueryClient } from '@tanstack/react-query';

const tenMinutesMs = 600_000;

/**
 * The one cache of remote facts. Main retries, times out and knows the network, so the window does none of it:
 * `networkMode: 'always'` because a registry on this machine answers offline too.
 */
export const createQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        retry: false,
        networkMode: 'always',
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        staleTime: Number.POSITIVE_INFINITY,
        gcTime: tenMinutesMs,
      },
      mutations: { retry: false, networkMode: 'always' },
    },
  });
