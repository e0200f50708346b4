import { type ReactNode, Suspense, lazy, useEffect } from 'react';
import { useRegistries } from '#lib/live';
import { useReturnFocus } from '#lib/use-return-focus';
import { type OpenDialog as OpenDialogKind, useDialogs } from '#state/dialogs';
import { openLocalPage } from '#state/local';
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
const LocalDialog = lazy(async () => ({
  default: (await import('../features/local-registry/dialogs/LocalDialog')).LocalDialog,
}));
const CommandPalette = lazy(async () => ({
  default: (await import('./palette/CommandPalette')).CommandPalette,
}));

/** What other registries are told in their dialog, the local one is told on its page. */
const ToLocalPage = () => {
  const closeDialog = useDialogs((state) => state.closeDialog);
  useEffect(() => {
    closeDialog();
    openLocalPage();
  }, [closeDialog]);
  return null;
};

type RegistryDialogKind = Extract<
  OpenDialogKind,
  { readonly kind: 'edit-registry' | 'remove-registry' | 'capabilities' | 'add-repository' }
>;

/** The dialogs about one registry; none of them for one that is gone. */
const OfRegistry = ({
  dialog,
  onClose,
}: {
  readonly dialog: RegistryDialogKind;
  readonly onClose: () => void;
}) => {
  const { value: registries } = useRegistries();
  const registry = registries.find(({ id }) => id === dialog.registryId);
  if (registry === undefined) return null;
  if (dialog.kind === 'edit-registry' && registry.isLocal) return <ToLocalPage />;
  if (dialog.kind === 'edit-registry') {
    return <RegistryDialog key={registry.id} registry={registry} onClose={onClose} />;
  }
  if (dialog.kind === 'remove-registry') {
    return <RemoveRegistryDialog registry={registry} onClose={onClose} />;
  }
  if (dialog.kind === 'capabilities') {
    return (
      <CapabilitiesDialog registry={registry} repository={dialog.repository} onClose={onClose} />
    );
  }
  return (
    <AddRepositoryDialog registry={registry} initialName={dialog.repository} onClose={onClose} />
  );
};

const OpenDialog = () => {
  const dialog = useDialogs((state) => state.dialog);
  const closeDialog = useDialogs((state) => state.closeDialog);
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
  if (dialog.kind === 'local') {
    return <LocalDialog key={dialog.name} name={dialog.name} onClose={closeDialog} />;
  }
  return <OfRegistry dialog={dialog} onClose={closeDialog} />;
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
