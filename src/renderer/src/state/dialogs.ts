import { create } from 'zustand';

/** The dialogs of the frame. */
export type OpenDialog =
  | { readonly kind: 'add-registry'; readonly address?: string }
  | { readonly kind: 'edit-registry'; readonly registryId: string }
  | { readonly kind: 'remove-registry'; readonly registryId: string }
  | { readonly kind: 'add-repository'; readonly registryId: string; readonly repository?: string }
  | { readonly kind: 'settings' };

type Dialogs = {
  readonly dialog: OpenDialog | null;
  readonly openDialog: (dialog: OpenDialog) => void;
  readonly closeDialog: () => void;
};

/** One dialog at a time: opening another replaces it. */
export const useDialogs = create<Dialogs>()((set) => ({
  dialog: null,
  openDialog: (dialog) => set({ dialog }),
  closeDialog: () => set({ dialog: null }),
}));
