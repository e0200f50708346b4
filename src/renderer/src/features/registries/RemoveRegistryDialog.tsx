import { Button, Modal } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { RegistryView } from '#contract/registry';
import type { ContractError } from '#contract/result';
import { ErrorState } from '#components/ErrorState';
import { api, callOrThrow, toContractError } from '#lib/api';
import { queryKeys } from '#lib/keys';
import { visibleText } from '#oci/text';
import { useSelection } from '#state/selection';
import classes from './RemoveRegistryDialog.module.css';

const credentialWords = ({ credential }: RegistryView): string => {
  if (credential.kind === 'none') return 'No login is stored for it.';
  if (credential.foundSource !== undefined) {
    return 'Its login stays where it is: another tool keeps it, and Tagboat only looked it up.';
  }
  const user = credential.username === undefined ? '' : ` of ${visibleText(credential.username)}`;
  return `The stored login${user} is deleted from ${credential.keptIn}.`;
};

/** Asks before a registry leaves the list, and says what goes with it and what does not. */
export const RemoveRegistryDialog = ({
  registry,
  onClose,
}: {
  readonly registry: RegistryView;
  readonly onClose: () => void;
}) => {
  const client = useQueryClient();
  const [isRemoving, setRemoving] = useState(false);
  const [error, setError] = useState<ContractError | null>(null);
  const remove = async (): Promise<void> => {
    setRemoving(true);
    setError(null);
    try {
      await callOrThrow(api.registry.remove({ registryId: registry.id }));
      if (useSelection.getState().registryId === registry.id) {
        useSelection.getState().selectRegistry(null);
      }
      client.removeQueries({ queryKey: queryKeys.registry(registry.id) });
      onClose();
    } catch (thrown) {
      setError(toContractError(thrown));
      setRemoving(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={`Remove ${visibleText(registry.name)}?`} size={480}>
      <ul className={classes['list']}>
        <li>It leaves the list in Tagboat, with the names of repositories added by hand.</li>
        <li>{credentialWords(registry)}</li>
        <li>
          Nothing changes on {visibleText(registry.host)}: every repository, tag and image stays.
        </li>
      </ul>
      {error !== null && (
        <ErrorState variant="inline" error={error} onRetry={() => void remove()} />
      )}
      <div className={classes['buttons']}>
        <Button data-autofocus onClick={onClose}>
          Cancel
        </Button>
        <Button variant="filled" color="red" loading={isRemoving} onClick={() => void remove()}>
          Remove registry
        </Button>
      </div>
    </Modal>
  );
};
