import { create } from 'zustand';
import type { WindowState } from '#contract/settings';

/** Widths in CSS pixels. The same limits are in the contract's `windowStateSchema`. */
export const sidebarLimits = { min: 180, max: 480, initial: 248 } as const;
export const inspectorLimits = { min: 320, max: 800, initial: 384 } as const;

export type Layout = Pick<
  WindowState,
  'sidebarWidth' | 'inspectorWidth' | 'inspectorOpen' | 'expandedNamespaces'
>;

type LayoutActions = {
  readonly setSidebarWidth: (width: number) => void;
  readonly setInspectorWidth: (width: number) => void;
  readonly setInspectorOpen: (isOpen: boolean) => void;
  /** `namespace` is `<registryId>/<path>`. */
  readonly setNamespaceExpanded: (namespace: string, isExpanded: boolean) => void;
};

const clamp = (
  width: number,
  { min, max }: { readonly min: number; readonly max: number },
): number => Math.round(Math.min(max, Math.max(min, width)));

const mostExpanded = 500;

export const initialLayout: Layout = {
  sidebarWidth: sidebarLimits.initial,
  inspectorWidth: inspectorLimits.initial,
  inspectorOpen: true,
  expandedNamespaces: [],
};

/** How the window is divided, and which namespaces are open. */
export const useLayout = create<Layout & LayoutActions>()((set) => ({
  ...initialLayout,
  setSidebarWidth: (width) => set({ sidebarWidth: clamp(width, sidebarLimits) }),
  setInspectorWidth: (width) => set({ inspectorWidth: clamp(width, inspectorLimits) }),
  setInspectorOpen: (inspectorOpen) => set({ inspectorOpen }),
  setNamespaceExpanded: (namespace, isExpanded) =>
    set(({ expandedNamespaces }) => {
      const others = expandedNamespaces.filter((name) => name !== namespace);
      return {
        expandedNamespaces: isExpanded ? [...others, namespace].slice(-mostExpanded) : others,
      };
    }),
}));
