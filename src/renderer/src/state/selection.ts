import { create } from 'zustand';
import type { InspectorTab, WindowState } from '#contract/settings';

export type Selection = Pick<
  WindowState,
  'registryId' | 'repository' | 'tag' | 'digest' | 'inspectorTab'
>;

type SelectionActions = {
  readonly selectRegistry: (registryId: string | null) => void;
  readonly selectRepository: (registryId: string, repository: string, tag?: string) => void;
  /** Selects a row; a child opened before is left. */
  readonly selectTag: (tag: string | null) => void;
  /** Opens a manifest by digest in the inspector: the child of an index, a subject, a referrer. Null goes back to the tag. */
  readonly openDigest: (digest: string | null) => void;
  readonly setInspectorTab: (inspectorTab: InspectorTab) => void;
};

export const initialSelection: Selection = {
  registryId: null,
  repository: null,
  tag: null,
  digest: null,
  inspectorTab: 'overview',
};

/** What the user looks at: registry, repository, tag, and the digest opened below the tag. */
export const useSelection = create<Selection & SelectionActions>()((set, get) => ({
  ...initialSelection,
  selectRegistry: (registryId) => {
    if (get().registryId === registryId) return;
    set({ registryId, repository: null, tag: null, digest: null });
  },
  selectRepository: (registryId, repository, tag) => {
    const now = get();
    const isSame = now.registryId === registryId && now.repository === repository;
    if (isSame && tag === undefined) return;
    set({ registryId, repository, tag: tag ?? null, digest: null });
  },
  selectTag: (tag) => set({ tag, digest: null }),
  openDigest: (digest) => set({ digest }),
  setInspectorTab: (inspectorTab) => set({ inspectorTab }),
}));

/** What the inspector shows: the digest opened last, else the selected tag. */
export const selectReference = ({ digest, tag }: Selection): string | null => digest ?? tag;
