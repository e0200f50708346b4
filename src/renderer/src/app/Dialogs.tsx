import { type ReactNode, Suspense, lazy } from 'react';
import { useRegistries } from '#lib/live';
import { useReturnFocus } from '#lib/use-return-focus';
import { useDialogs } from '#state/dialogs';
import { usePalette } from '#state/palette';
import { useEarlyKeys } from './palette/use-early-keys';

// None of these is needed to paint the window, so none is in its first bundle.
const RegistryDialog = lazy(async () => ({
  default: (await import('../features/registries/dialog/RegistryDialog')).RegistryDialog,
}));
const RemoveRegistryDialog = lazy(async () => ({
  default: (await import('../features/registries/RemoveRegistryDialog')).RemoveRegistryDialog,
}));
const AddRepositoryDialog = lazy(async () => ({
  default: (await import('../features/repositories/AddRepositoryDialog')).AddRepositoryDialog,
}));
const SettingsDialog = lazy(async () => ({
  default: (await import('../features/settings/SettingsDialog')).SettingsDialog,
}));
const PlanDialog = lazy(async () => ({
  default: (await import('../features/changes/PlanDialog')).PlanDialog,
}));
const NameTagDialog = lazy(async () => ({
  default: (await import('../features/changes/NameTagDialog')).NameTagDialog,
}));
const CapabilitiesDialog = lazy(async () => ({
  default: (await import('../features/capabilities/CapabilitiesDialog')).CapabilitiesDialog,
}));
const ChangesDialog = lazy(async () => ({
  default: (await import('../features/journal/ChangesDialog')).ChangesDialog,
}));
const CommandPalette = lazy(async () => ({
  default: (await import('./palette/CommandPalette')).CommandPalette,
}));

const OpenDialog = () => {
  const dialog = useDialogs((state) => state.dialog);
  const closeDialog = useDialogs((state) => state.closeDialog);
  const { value: registries } = useRegistries();
  if (dialog === null) return null;
  if (dialog.kind === 'settings') return <SettingsDialog onClose={closeDialog} />;
  if (dialog.kind === 'add-registry') {
    return <RegistryDialog initialAddress={dialog.address} onClose={closeDialog} />;
  }
  if (dialog.kind === 'plan') return <PlanDialog key="plan" asked={dialog} onClose={closeDialog} />;
  if (dialog.kind === 'plan-undo') {
    return <PlanDialog key={dialog.changeId} asked={dialog} onClose={closeDialog} />;
  }
  if (dialog.kind === 'name-tag') return <NameTagDialog asked={dialog} onClose={closeDialog} />;
  if (dialog.kind === 'changes') return <ChangesDialog onClose={closeDialog} />;
  const registry = registries.find(({ id }) => id === dialog.registryId);
  if (registry === undefined) return null;
  if (dialog.kind === 'edit-registry') {
    return <RegistryDialog key={registry.id} registry={registry} onClose={closeDialog} />;
  }
  if (dialog.kind === 'remove-registry') {
    return <RemoveRegistryDialog registry={registry} onClose={closeDialog} />;
  }
  if (dialog.kind === 'capabilities') {
    return (
      <CapabilitiesDialog
        registry={registry}
        repository={dialog.repository}
        onClose={closeDialog}
      />
    );
  }
  return (
    <AddRepositoryDialog
      registry={registry}
      initialName={dialog.repository}
      onClose={closeDialog}
    />
  );
};

const WithFocusReturn = ({ children }: { readonly children: ReactNode }) => {
  useReturnFocus();
  return children;
};

/** Takes what is typed before the palette's field can. */
const EarlyKeys = () => {
  useEarlyKeys();
  return null;
};

/** The open dialog and the command palette. */
export const Dialogs = () => {
  const hasDialog = useDialogs((state) => state.dialog !== null);
  const isPaletteOpen = usePalette((state) => state.isPaletteOpen);
  return (
    <>
      {hasDialog && (
        <WithFocusReturn>
          <Suspense fallback={null}>
            <OpenDialog />
          </Suspense>
        </WithFocusReturn>
      )}
      {isPaletteOpen && (
        <WithFocusReturn>
          <EarlyKeys />
          <Suspense fallback={null}>
            <CommandPalette />
          </Suspense>
        </WithFocusReturn>
      )}
    </>
  );
};
