import { useQueryClient } from '@tanstack/react-query';
import { queryKeys } from '#lib/keys';
import { useKnownRepositories } from '#lib/live';
import { useRegistry } from '#lib/use-registry';
import { type Action, useRegisterActions } from '#state/actions';
import { useDialogs } from '#state/dialogs';
import { useLayout } from '#state/layout';
import { usePalette } from '#state/palette';
import { usePreferences } from '#state/preferences';
import { useSelection } from '#state/selection';
import { protectRegistry } from '../features/registries/protect-registry';
import { useRefreshRegistry } from '../features/registries/use-refresh-registry';

const noRegistry = 'No registry is selected.';
const isOwn = 'The local registry is part of Tagboat; its page has its settings.';

const useRegistryActions = (): readonly Action[] => {
  const registryId = useSelection((state) => state.registryId);
  const registry = useRegistry(registryId ?? '');
  const openDialog = useDialogs((state) => state.openDialog);
  const refresh = useRefreshRegistry();
  const client = useQueryClient();
  const id = registry?.id ?? '';
  const disabledReason = registry === undefined ? noRegistry : undefined;
  const ownReason = registry?.isLocal === true ? isOwn : disabledReason;
  const section = 'Registry';
  return [
    {
      id: 'registry.add',
      title: 'Add registry…',
      section,
      keywords: 'new connect login',
      run: () => openDialog({ kind: 'add-registry' }),
    },
    {
      id: 'registry.edit',
      title: 'Edit registry…',
      section,
      disabledReason: ownReason,
      keywords: 'login password certificate',
      run: () => openDialog({ kind: 'edit-registry', registryId: id }),
    },
    {
      id: 'registry.check',
      title: 'Check registry again',
      section,
      disabledReason,
      keywords: 'refresh connection',
      run: () => void refresh(id),
    },
    {
      id: 'registry.remove',
      title: 'Remove registry…',
      section,
      disabledReason: ownReason,
      keywords: 'delete forget',
      run: () => openDialog({ kind: 'remove-registry', registryId: id }),
    },
    {
      id: 'repository.add',
      title: 'Add a repository by name…',
      disabledReason,
      section: 'Repository',
      run: () => openDialog({ kind: 'add-repository', registryId: id }),
    },
    {
      id: 'repository.reload',
      title: 'Read the list of repositories again',
      disabledReason,
      section: 'Repository',
      keywords: 'refresh catalog',
      run: () => void client.invalidateQueries({ queryKey: queryKeys.repositories(id) }),
    },
  ];
};

const noRepository = 'No repository of it is known yet. Add one by name.';

/** What the open registry allows, and the mark that keeps Tagboat from changing it. */
const useSafetyActions = (): readonly Action[] => {
  const registryId = useSelection((state) => state.registryId);
  const open = useSelection((state) => state.repository);
  const registry = useRegistry(registryId ?? '');
  const [known] = useKnownRepositories(registryId ?? '');
  const openDialog = useDialogs((state) => state.openDialog);
  const repository = open ?? known;
  const isReadOnly = registry?.readOnly === true;
  const disabledReason = registry === undefined ? noRegistry : undefined;
  return [
    {
      id: 'registry.capabilities',
      title: 'What this registry allows…',
      section: 'Registry',
      keywords: 'capabilities abilities delete push rights card',
      disabledReason: disabledReason ?? (repository === undefined ? noRepository : undefined),
      run: () => {
        if (registry === undefined || repository === undefined) return;
        openDialog({ kind: 'capabilities', registryId: registry.id, repository });
      },
    },
    {
      id: 'registry.protect',
      title: isReadOnly ? 'Allow changes in the registry' : 'Mark the registry read-only',
      section: 'Registry',
      keywords: 'protect lock read-only',
      disabledReason,
      run: () => {
        if (registry !== undefined) protectRegistry(registry, !isReadOnly);
      },
    },
  ];
};

const focusFilter = (): void =>
  document.querySelector<HTMLElement>('[data-region-focus="repository-filter"]')?.focus();

const useViewActions = (): readonly Action[] => {
  const isOpen = useLayout((state) => state.inspectorOpen);
  const theme = usePreferences((state) => state.theme);
  const setTheme = usePreferences((state) => state.setTheme);
  const disabledReason = (name: string) => (theme === name ? 'This is the theme now.' : undefined);
  const section = 'View';
  return [
    {
      id: 'view.filter-repositories',
      title: 'Filter repositories',
      section,
      shortcut: 'Mod+Shift+F',
      run: focusFilter,
    },
    {
      id: 'view.inspector',
      section,
      shortcut: 'Mod+I',
      title: isOpen ? 'Hide the image pane' : 'Show the image pane',
      run: () => useLayout.getState().setInspectorOpen(!isOpen),
    },
    {
      id: 'view.light',
      title: 'Light theme',
      section,
      disabledReason: disabledReason('light'),
      run: () => setTheme('light'),
    },
    {
      id: 'view.dark',
      title: 'Dark theme',
      section,
      disabledReason: disabledReason('dark'),
      run: () => setTheme('dark'),
    },
    {
      id: 'view.system',
      title: 'Theme of the system',
      section,
      disabledReason: disabledReason('system'),
      run: () => setTheme('system'),
    },
  ];
};

const applicationActions: readonly Action[] = [
  {
    id: 'app.palette',
    title: 'Go to anything',
    section: 'Application',
    shortcut: 'Mod+K',
    run: () => usePalette.getState().openPalette(),
  },
  {
    id: 'app.changes',
    title: 'Changes and undo…',
    section: 'Application',
    shortcut: 'Mod+J',
    keywords: 'journal history continue roll back interrupted',
    run: () => useDialogs.getState().openDialog({ kind: 'changes' }),
  },
  {
    id: 'app.settings',
    title: 'Settings…',
    section: 'Application',
    shortcut: 'Mod+,',
    keywords: 'preferences theme versions shortcuts',
    run: () => useDialogs.getState().openDialog({ kind: 'settings' }),
  },
];

/** The actions that are always there; features add theirs while they are on screen. */
export const useAppActions = (): void => {
  useRegisterActions([
    ...useRegistryActions(),
    ...useSafetyActions(),
    ...useViewActions(),
    ...applicationActions,
  ]);
};
