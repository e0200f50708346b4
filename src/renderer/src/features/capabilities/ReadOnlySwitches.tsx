import { Switch } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { AbilitiesView } from '#contract/change';
import type { RegistryView } from '#contract/registry';
import type { ContractError } from '#contract/result';
import { ErrorState } from '#components/ErrorState';
import { api, callOrThrow, toContractError } from '#lib/api';
import { queryKeys } from '#lib/keys';
import { readOnlyOf } from '#lib/read-only';
import { visibleText } from '#oci/text';
import classes from './CapabilitiesDialog.module.css';

type Place = { readonly registry: RegistryView; readonly repository: string };
type Mark = { readonly repository?: string; readonly readOnly: boolean };

const useProtect = ({ registry, repository }: Place) => {
  const client = useQueryClient();
  const [error, setError] = useState<ContractError>();
  const [failed, setFailed] = useState<Mark>();
  const protect = async (mark: Mark): Promise<void> => {
    setError(undefined);
    try {
      const request = { registryId: registry.id, ...mark };
      const after = await callOrThrow(api.registry.protect(request));
      client.setQueryData<AbilitiesView>(
        queryKeys.abilities(registry.id, repository),
        (view) => view && { ...view, readOnly: readOnlyOf(after, repository) },
      );
    } catch (thrown) {
      setError(toContractError(thrown));
      setFailed(mark);
    }
  };
  const retry = (): void => {
    if (failed !== undefined) void protect(failed);
  };
  return { error, retry, protect: (mark: Mark): void => void protect(mark) };
};

/** The marks that keep Tagboat itself from changing anything. */
export const ReadOnlySwitches = ({ registry, repository }: Place) => {
  const { error, retry, protect } = useProtect({ registry, repository });
  const isMarked = registry.readOnlyRepositories.includes(repository);
  return (
    <section className={classes['marks']} aria-labelledby="read-only-title">
      <h3 id="read-only-title" className={classes['heading']}>
        Read-only in Tagboat
      </h3>
      <Switch
        label={`The whole registry ${visibleText(registry.name)}`}
        description="Tagboat changes nothing here. It does not change the registry's own rights."
        checked={registry.readOnly}
        onChange={({ currentTarget }) => protect({ readOnly: currentTarget.checked })}
      />
      <Switch
        label={`The repository ${visibleText(repository)}`}
        description="Tagboat changes nothing in this repository. Others of the registry stay as they are."
        checked={isMarked}
        onChange={({ currentTarget }) => protect({ repository, readOnly: currentTarget.checked })}
      />
      {error !== undefined && <ErrorState variant="inline" error={error} onRetry={retry} />}
    </section>
  );
};
