import { create } from 'zustand';

type Filters = {
  readonly repositories: string;
  readonly tags: string;
  readonly setRepositoryFilter: (text: string) => void;
  readonly setTagFilter: (text: string) => void;
};

/** What is typed into the filter fields; forgotten when the window closes. */
export const useFilters = create<Filters>()((set) => ({
  repositories: '',
  tags: '',
  setRepositoryFilter: (repositories) => set({ repositories }),
  setTagFilter: (tags) => set({ tags }),
}));
