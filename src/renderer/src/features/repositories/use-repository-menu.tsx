import {
  IconArrowsMaximize,
  IconCopy,
  IconEraser,
  IconFold,
  IconListCheck,
  IconPlus,
  IconTrash,
} from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import type { CatalogState, RegistryView } from '#contract/registry';
import type { MenuEntry } from '#components/ContextMenu';
import { api, callOrThrow } from '#lib/api';
import { noChangeReason } from '#lib/change-reasons';
import { queryKeys } from '#lib/keys';
import { useDialogs } from '#state/dialogs';
import { openPlan } from '#state/plans';
import { useSelection } from '#state/selection';
import { sayOutcome } from '#state/status-message';
import type { TreeRow } from './tree';

const icon = { size: 15, stroke: 1.7 };

/** What can be done with a line of the tree. Only where the catalog is closed are all names added by hand, and can be forgotten. */
export const useRepositoryMenu = (
  registry: RegistryView,
  catalog: CatalogState,
  setExpanded: (path: string, isExpanded: boolean) => void,
): ((row: TreeRow) => readonly MenuEntry[]) => {
  const client = useQueryClient();
  const openDialog = useDialogs((state) => state.openDialog);

  const forget = async (repository: string): Promise<void> => {
    await callOrThrow(api.repository.forget({ registryId: registry.id, repository }));
    if (useSelection.getState().repository === repository) {
      useSelection.setState({ repository: null, tag: null, digest: null });
    }
    await client.invalidateQueries({ queryKey: queryKeys.repositories(registry.id) });
  };

  const copyEntry = (path: string): MenuEntry => ({
    label: 'Copy name',
    icon: <IconCopy {...icon} />,
    run: () =>
      void sayOutcome(
        callOrThrow(api.app.copyText({ text: `${registry.host}/${path}` })),
        'Name copied',
      ),
  });
  const addEntry: MenuEntry = {
    label: 'Add a repository by name…',
    icon: <IconPlus {...icon} />,
    run: () => openDialog({ kind: 'add-repository', registryId: registry.id }),
  };

  return (row) => {
    if (row.kind === 'namespace') {
      return [
        {
          label: row.isExpanded ? 'Close namespace' : 'Open namespace',
          icon: row.isExpanded ? <IconFold {...icon} /> : <IconArrowsMaximize {...icon} />,
          run: () => setExpanded(row.path, !row.isExpanded),
        },
        copyEntry(row.path),
        'divider',
        addEntry,
      ];
    }
    return [
      copyEntry(row.path),
      {
        label: 'What this registry allows…',
        icon: <IconListCheck {...icon} />,
        run: () =>
          openDialog({ kind: 'capabilities', registryId: registry.id, repository: row.path }),
      },
      addEntry,
      'divider',
      {
        label: 'Forget this name',
        icon: <IconEraser {...icon} />,
        disabledReason:
          catalog === 'closed'
            ? undefined
            : 'The registry lists it by itself, so it would come back.',
        run: () => void sayOutcome(forget(row.path), `${row.path} is forgotten`),
      },
      {
        label: 'Delete repository…',
        icon: <IconTrash {...icon} />,
        isDangerous: true,
        disabledReason: noChangeReason(registry, row.path),
        run: () =>
          openPlan({ registryId: registry.id, repository: row.path }, [
            { kind: 'delete-repository' },
          ]),
      },
    ];
  };
};
