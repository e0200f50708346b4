import { useCallback, useState } from 'react';
import type { LocalSettingsPatch, LocalView } from '#contract/local';
import type { ContractError } from '#contract/result';
import { useQueryClient } from '@tanstack/react-query';
import { api, callOrThrow, toContractError } from '#lib/api';
import { queryKeys } from '#lib/keys';

export type Configure = {
  /** What is being changed now: controls stand where they are going. */
  readonly pending: LocalSettingsPatch | null;
  readonly error: ContractError | null;
  /** Says whether it was taken. */
  readonly configure: (patch: LocalSettingsPatch) => Promise<boolean>;
  readonly forget: () => void;
};

/** Puts an answer of main where the live view is kept, a moment before the view itself arrives. */
export const useKeepView = (): ((view: LocalView) => void) => {
  const client = useQueryClient();
  return useCallback(
    (view) => client.setQueryData(queryKeys.local, { value: view, isComplete: false }),
    [client],
  );
};

/** Changes settings. Main checks them against the machine before anything is stopped, and says what stands in the way. */
export const useConfigure = (): Configure => {
  const keep = useKeepView();
  const [pending, setPending] = useState<LocalSettingsPatch | null>(null);
  const [error, setError] = useState<ContractError | null>(null);
  const configure = useCallback(
    async (patch: LocalSettingsPatch): Promise<boolean> => {
      setPending(patch);
      setError(null);
      try {
        keep(await callOrThrow(api.local.configure(patch)));
        return true;
      } catch (thrown) {
        setError(toContractError(thrown));
        return false;
      } finally {
        setPending(null);
      }
    },
    [keep],
  );
  const forget = useCallback(() => setError(null), []);
  return { pending, error, configure, forget };
};
