import { create } from 'zustand';

type Palette = {
  readonly isPaletteOpen: boolean;
  /** What is typed; it is here and not in the field, because typing may begin before the field is there. */
  readonly query: string;
  /** Enter was pressed before the list was there: its first entry is wanted. */
  readonly isEnterWanted: boolean;
  readonly openPalette: () => void;
  readonly closePalette: () => void;
  readonly setQuery: (query: string) => void;
  readonly setEnterWanted: (isEnterWanted: boolean) => void;
};

const empty = { query: '', isEnterWanted: false } as const;

export const usePalette = create<Palette>()((set) => ({
  isPaletteOpen: false,
  ...empty,
  openPalette: () => set({ isPaletteOpen: true, ...empty }),
  closePalette: () => set({ isPaletteOpen: false, ...empty }),
  setQuery: (query) => set({ query }),
  setEnterWanted: (isEnterWanted) => set({ isEnterWanted }),
}));
