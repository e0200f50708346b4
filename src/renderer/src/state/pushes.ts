import { create } from 'zustand';

/** A tag that somebody else has just pushed to the local registry. */
export type Pushed = {
  /** Of the entry in the activity. */
  readonly id: string;
  readonly repository: string;
  readonly tag: string;
  /** "podman/5.2". */
  readonly client: string;
};

type Pushes = {
  /** The newest; remembered after the toast is gone. */
  readonly last: Pushed | null;
  /** How many tags came since the toast was last empty. */
  readonly count: number;
  readonly isShown: boolean;
  readonly tell: (pushed: readonly Pushed[]) => void;
  readonly hide: () => void;
};

/** What the toast tells. Pushes that come while it is there are counted, and it leads to the newest. */
export const usePushes = create<Pushes>()((set) => ({
  last: null,
  count: 0,
  isShown: false,
  tell: (pushed) =>
    set((now) => {
      const last = pushed.at(-1);
      if (last === undefined) return now;
      return { last, count: (now.isShown ? now.count : 0) + pushed.length, isShown: true };
    }),
  hide: () => set({ isShown: false, count: 0 }),
}));
