import {
  IconCopy,
  IconLock,
  IconLockOpen,
  IconPencil,
  IconPlus,
  IconRefresh,
  IconTrash,
} from '@tabler/icons-react';
import type { RegistryView } from '#contract/registry';
import type { MenuEntry } from '#components/ContextMenu';
import { api, callOrThrow } from '#lib/api';
import { useDialogs } from '#state/dialogs';
import { sayOutcome } from '#state/status-message';
import { protectRegistry } from './protect-registry';
import { useRefreshRegistry } from './use-refresh-registry';

const icon = { size: 15, stroke: 1.7 };

/** What can be done with a registry, for its menu. */
export const useRegistryMenu = (): ((registry: RegistryView) => readonly MenuEntry[]) => {
  const openDialog = useDialogs((state) => state.openDialog);
  const refresh = useRefreshRegistry();
  return (registry) => {
    const { id, host, state, readOnly } = registry;
    return [
      {
        label: 'Edit…',
        icon: <IconPencil {...icon} />,
        run: () => openDialog({ kind: 'edit-registry', registryId: id }),
      },
      {
        label: 'Check again',
        icon: <IconRefresh {...icon} />,
        disabledReason: state.kind === 'checking' ? 'It is being checked.' : undefined,
        run: () => void refresh(id),
      },
      {
        label: 'Copy address',
        icon: <IconCopy {...icon} />,
        run: () => void sayOutcome(callOrThrow(api.app.copyText({ text: host })), 'Address copied'),
      },
      {
        label: 'Add a repository by name…',
        icon: <IconPlus {...icon} />,
        run: () => openDialog({ kind: 'add-repository', registryId: id }),
      },
      {
        label: readOnly ? 'Allow changes' : 'Mark read-only',
        icon: readOnly ? <IconLockOpen {...icon} /> : <IconLock {...icon} />,
        run: () => protectRegistry(registry, !readOnly),
      },
      'divider',
      {
        label: 'Remove…',
        icon: <IconTrash {...icon} />,
        isDangerous: true,
        run: () => openDialog({ kind: 'remove-registry', registryId: id }),
      },
    ];
  };
};
