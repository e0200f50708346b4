import { create } from 'zustand';

type Palette = {
  readonly isPaletteOpen: boolean;
  readonly openPalette: () => void;
  readonly closePalette: () => void;
};

export const usePalette = create<Palette>()((set) => ({
  isPaletteOpen: false,
  openPalette: () => set({ isPaletteOpen: true }),
  closePalette: () => set({ isPaletteOpen: false }),
}));
