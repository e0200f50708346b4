import { create } from 'zustand';
import type { ChangePlace } from './plans';

/** A change that this window has just made. */
export type LastChange = ChangePlace & {
  /** Of the entry in the journal. */
  readonly changeId: string;
  /** What was done: "Untagged 2 tags, deleted 1 image". */
  readonly text: string;
  /** It took another one back, and is not offered to be undone itself. */
  readonly isUndo: boolean;
};

type LastChangeState = {
  readonly last: LastChange | null;
  /** The bar with Undo is there; the change itself is remembered longer. */
  readonly isShown: boolean;
  readonly tell: (last: LastChange) => void;
  readonly hide: () => void;
};

/** The change that the bar below the tags offers to undo. */
export const useLastChange = create<LastChangeState>()((set) => ({
  last: null,
  isShown: false,
  tell: (last) => set({ last, isShown: true }),
  hide: () => set({ isShown: false }),
}));
