import { localRegistryId } from '#contract/local';
import { type LocalDialogName, useDialogs } from './dialogs';
import { useSelection } from './selection';

/** Shows the page of the local registry. */
export const openLocalPage = (): void =>
  useSelection.setState({ registryId: localRegistryId, repository: null, tag: null, digest: null });

export const openLocalDialog = (name: LocalDialogName): void =>
  useDialogs.getState().openDialog({ kind: 'local', name });
