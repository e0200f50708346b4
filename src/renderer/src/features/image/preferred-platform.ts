import { create } from 'zustand';

type PreferredPlatform = {
  readonly platform: string | undefined;
  readonly prefer: (platform: string | undefined) => void;
};

/** The platform looked at last, so that going from tag to tag compares like with like. Forgotten with the window. */
export const usePreferredPlatform = create<PreferredPlatform>()((set) => ({
  platform: undefined,
  prefer: (platform) => set({ platform }),
}));
