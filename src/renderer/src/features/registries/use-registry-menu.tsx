import {
  IconArchive,
  IconCopy,
  IconFolderOpen,
  IconLock,
  IconLockOpen,
  IconPencil,
  IconPlayerPlay,
  IconPlayerStop,
  IconPlugConnected,
  IconPlus,
  IconRecycle,
  IconRefresh,
  IconTrash,
} from '@tabler/icons-react';
import type { LocalView } from '#contract/local';
import type { RegistryView } from '#contract/registry';
import type { MenuEntry } from '#components/ContextMenu';
import { api, callOrThrow } from '#lib/api';
import { useLocal } from '#lib/local';
import { isLocalOn, notRunningReason } from '#lib/local-words';
import { useDialogs } from '#state/dialogs';
import { openLocalDialog } from '#state/local';
import { copyLocalAddress, openLocalFolder, startLocal, stopLocal } from '#state/local-control';
import { sayOutcome } from '#state/status-message';
import { protectRegistry } from './protect-registry';
import { useRefreshRegistry } from './use-refresh-registry';

const icon = { size: 15, stroke: 1.7 };

/** The local registry is neither edited nor removed; it is started, stopped and looked after. */
const localEntries = (local: LocalView | undefined): readonly MenuEntry[] => {
  const disabledReason = notRunningReason(local);
  return [
    isLocalOn(local?.state)
      ? { label: 'Stop', icon: <IconPlayerStop {...icon} />, run: stopLocal }
      : { label: 'Start', icon: <IconPlayerPlay {...icon} />, run: startLocal },
    {
      label: 'Copy address',
      icon: <IconCopy {...icon} />,
      run: () => copyLocalAddress(local?.host ?? ''),
    },
    {
      label: 'Use it from…',
      icon: <IconPlugConnected {...icon} />,
      run: () => openLocalDialog('use-from'),
    },
    'divider',
    {
      label: 'Preview garbage collection…',
      icon: <IconRecycle {...icon} />,
      disabledReason,
      run: () => openLocalDialog('collect'),
    },
    {
      label: 'Back up…',
      icon: <IconArchive {...icon} />,
      disabledReason,
      run: () => openLocalDialog('back-up'),
    },
    {
      label: 'Open folder',
      icon: <IconFolderOpen {...icon} />,
      run: openLocalFolder,
    },
  ];
};

/** What can be done with a registry, for its menu. */
export const useRegistryMenu = (): ((registry: RegistryView) => readonly MenuEntry[]) => {
  const openDialog = useDialogs((state) => state.openDialog);
  const refresh = useRefreshRegistry();
  const local = useLocal();
  return (registry) => {
    const { id, host, state, readOnly } = registry;
    if (registry.isLocal) return localEntries(local);
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
