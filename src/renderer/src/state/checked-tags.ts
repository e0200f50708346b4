import { create } from 'zustand';
import { useSelection } from './selection';

type CheckedTags = {
  readonly checkedTags: ReadonlySet<string>;
  readonly setTagChecked: (tag: string, isChecked: boolean) => void;
  readonly setTagsChecked: (tags: readonly string[], isChecked: boolean) => void;
  readonly clearChecked: () => void;
  /** Unticks what the registry no longer lists. */
  readonly keepChecked: (tags: readonly string[]) => void;
};

const none: ReadonlySet<string> = new Set();

/** The ticked rows of the open repository; another repository starts with none. */
export const useCheckedTags = create<CheckedTags>()((set, get) => ({
  checkedTags: none,
  setTagChecked: (tag, isChecked) => get().setTagsChecked([tag], isChecked),
  setTagsChecked: (tags, isChecked) =>
    set(({ checkedTags }) => {
      const next = new Set(checkedTags);
      for (const tag of tags) {
        if (isChecked) next.add(tag);
        else next.delete(tag);
      }
      return { checkedTags: next };
    }),
  clearChecked: () => set({ checkedTags: none }),
  keepChecked: (tags) =>
    set((state) => {
      if (state.checkedTags.size === 0) return state;
      const listed = new Set(tags);
      const kept = [...state.checkedTags].filter((tag) => listed.has(tag));
      return kept.length === state.checkedTags.size ? state : { checkedTags: new Set(kept) };
    }),
}));

useSelection.subscribe((now, before) => {
  if (now.repository !== before.repository || now.registryId !== before.registryId) {
    useCheckedTags.getState().clearChecked();
  }
});
