import { create } from 'zustand';
import type { ChangeRequest } from '#contract/change';

/** What is asked or shown about the local registry. */
export type LocalDialogName =
  | 'collect'
  | 'check'
  | 'back-up'
  | 'restore'
  | 'folder'
  | 'repositories'
  | 'users'
  | 'share'
  | 'trust'
  | 'use-from'
  | 'graduate'
  | 'limit'
  | 'port'
  | 'webhook';

/** The dialogs of the frame. */
export type OpenDialog =
  | { readonly kind: 'local'; readonly name: LocalDialogName }
  | { readonly kind: 'add-registry'; readonly address?: string }
  | { readonly kind: 'edit-registry'; readonly registryId: string }
  | { readonly kind: 'remove-registry'; readonly registryId: string }
  | { readonly kind: 'add-repository'; readonly registryId: string; readonly repository?: string }
  | { readonly kind: 'settings' }
  /** A change, shown as its plan before anything is done. */
  | {
      readonly kind: 'plan';
      readonly registryId: string;
      readonly repository: string;
      readonly requests: readonly ChangeRequest[];
    }
  /** The way back of an entry of the journal, shown as a plan. */
  | { readonly kind: 'plan-undo'; readonly changeId: string }
  /** Asks for a name, then shows the plan. `tag`: the one that is renamed. `digest`: the image that gets the name. */
  | {
      readonly kind: 'name-tag';
      readonly purpose: 'tag' | 'rename';
      readonly registryId: string;
      readonly repository: string;
      readonly digest: string;
      readonly tag?: string;
    }
  /** What the registry allows in a repository. */
  | { readonly kind: 'capabilities'; readonly registryId: string; readonly repository: string }
  /** What was changed, with undo. */
  | { readonly kind: 'changes' };

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
