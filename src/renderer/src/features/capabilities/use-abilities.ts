import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { AbilitiesView } from '#contract/change';
import type { ContractError } from '#contract/result';
import { api, streamToEnd, toContractError } from '#lib/api';
import { queryKeys } from '#lib/keys';

export type Abilities = {
  /** Undefined before the first answer. */
  readonly view: AbilitiesView | undefined;
  /** Why the last asking failed; what was known before stays in `view`. */
  readonly error: ContractError | undefined;
  readonly isAsking: boolean;
  /** Asks the registry itself once more. */
  readonly askAgain: () => void;
  /** Stops what `askAgain` began; undefined while nothing of it runs. */
  readonly cancel: (() => void) | undefined;
};

const useAskAgain = (registryId: string, repository: string) => {
  const client = useQueryClient();
  const running = useRef<AbortController | null>(null);
  const [isRunning, setRunning] = useState(false);
  const [error, setError] = useState<ContractError>();
  useEffect(() => () => running.current?.abort(), []);
  const ask = async (): Promise<void> => {
    running.current?.abort();
    const controller = new AbortController();
    const { signal } = controller;
    running.current = controller;
    setRunning(true);
    setError(undefined);
    const queryKey = queryKeys.abilities(registryId, repository);
    try {
      await client.cancelQueries({ queryKey });
      const request = { registryId, repository, again: true };
      const view = await streamToEnd(api.change.abilities, request, { signal });
      client.setQueryData<AbilitiesView>(queryKey, view);
    } catch (thrown) {
      if (!signal.aborted) setError(toContractError(thrown));
    } finally {
      if (running.current === controller) setRunning(false);
    }
  };
  return { ask, isRunning, error, cancel: () => running.current?.abort() };
};

/**
 * What a registry allows in a repository. Main asks it once a run and remembers; each reader starts with what main
 * knows by now, because work that was done since may have taught it more.
 */
export const useAbilities = (registryId: string, repository: string): Abilities => {
  const known = useQuery({
    queryKey: queryKeys.abilities(registryId, repository),
    queryFn: ({ signal }) =>
      streamToEnd(api.change.abilities, { registryId, repository }, { signal }),
    staleTime: 0,
  });
  const again = useAskAgain(registryId, repository);
  const failure = known.error === null ? undefined : toContractError(known.error);
  return {
    view: known.data,
    error: again.isRunning ? undefined : (again.error ?? failure),
    isAsking: again.isRunning || known.isFetching,
    askAgain: () => void again.ask(),
    cancel: again.isRunning ? again.cancel : undefined,
  };
};
