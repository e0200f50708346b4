import { create } from 'zustand';
import type { SettingsView } from '#contract/settings';

export type Preferences = Pick<SettingsView, 'theme' | 'pullEngine' | 'protectedTags'>;
export type PullEngine = SettingsView['pullEngine'];

type PreferenceActions = {
  readonly setTheme: (theme: SettingsView['theme']) => void;
  readonly setPullEngine: (pullEngine: PullEngine) => void;
  readonly setProtectedTags: (protectedTags: readonly string[]) => void;
};

export const initialPreferences: Preferences = {
  theme: 'system',
  pullEngine: 'docker',
  protectedTags: [],
};

/** What the user chose in the settings dialog (and the engine of the pull command). */
export const usePreferences = create<Preferences & PreferenceActions>()((set) => ({
  ...initialPreferences,
  setTheme: (theme) => set({ theme }),
  setPullEngine: (pullEngine) => set({ pullEngine }),
  setProtectedTags: (protectedTags) => set({ protectedTags }),
}));
