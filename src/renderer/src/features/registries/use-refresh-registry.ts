import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { api, streamToEnd, toContractError } from '#lib/api';
import { queryKeys } from '#lib/keys';
import { useStatusMessage } from '#state/status-message';

/** Asks a registry again: main updates its state, and its list of repositories is read anew when it answers. */
export const useRefreshRegistry = (): ((registryId: string) => Promise<void>) => {
  const client = useQueryClient();
  return useCallback(
    async (registryId) => {
      const { say } = useStatusMessage.getState();
      try {
        const report = await streamToEnd(api.registry.refresh, { registryId });
        if (report.error === undefined) {
          say(`${report.host} answers`);
          await client.invalidateQueries({ queryKey: queryKeys.repositories(registryId) });
        } else {
          say(report.error.message, 'failed');
        }
      } catch (thrown) {
        say(toContractError(thrown).message, 'failed');
      }
    },
    [client],
  );
};
