import { useEffect, useRef } from 'react';
import { create } from 'zustand';

/** Something the user can do: reachable from the command palette and, with a shortcut, from anywhere. */
export type Action = {
  /** Stable: `registry.add`. */
  readonly id: string;
  readonly title: string;
  readonly section: 'Registry' | 'Local registry' | 'Repository' | 'Image' | 'View' | 'Application';
  /** `Mod+K`: Mod is Cmd on macOS and Ctrl elsewhere. */
  readonly shortcut?: string;
  /** More words to find it by. */
  readonly keywords?: string;
  /** Why it cannot be done now, in plain words; absent when it can. */
  readonly disabledReason?: string | undefined;
  readonly run: () => void;
};

type Actions = {
  readonly actions: ReadonlyMap<string, Action>;
  readonly register: (actions: readonly Action[]) => void;
  readonly unregister: (ids: readonly string[]) => void;
};

/** Every action of the app that can be done right now, by id. */
export const useActions = create<Actions>()((set) => ({
  actions: new Map(),
  register: (added) =>
    set(({ actions }) => {
      const next = new Map(actions);
      for (const action of added) next.set(action.id, action);
      return { actions: next };
    }),
  unregister: (ids) =>
    set(({ actions }) => {
      const next = new Map(actions);
      for (const id of ids) next.delete(id);
      return { actions: next };
    }),
}));

const signatureOf = (actions: readonly Action[]): string =>
  actions
    .map(({ id, title, shortcut, disabledReason }) =>
      [id, title, shortcut ?? '', disabledReason ?? ''].join('\u0000'),
    )
    .join('\u0001');

/** Offers actions while the component is mounted. `run` may change at each render; the list is registered anew only when its words do. */
export const useRegisterActions = (actions: readonly Action[]): void => {
  const latest = useRef(actions);
  const registered = useRef({ signature: '', ids: [] as readonly string[] });
  useEffect(() => {
    latest.current = actions;
    const signature = signatureOf(actions);
    if (signature === registered.current.signature) return;
    const { register, unregister } = useActions.getState();
    unregister(registered.current.ids);
    register(
      actions.map((action) => ({
        ...action,
        run: () => latest.current.find(({ id }) => id === action.id)?.run(),
      })),
    );
    registered.current = { signature, ids: actions.map(({ id }) => id) };
  });
  useEffect(
    () => () => {
      useActions.getState().unregister(registered.current.ids);
      registered.current = { signature: '', ids: [] };
    },
    [],
  );
};

/** Runs an action by id, when it is there and enabled. Says whether it ran. */
export const runAction = (id: string): boolean => {
  const action = useActions.getState().actions.get(id);
  if (action === undefined || action.disabledReason !== undefined) return false;
  action.run();
  return true;
};
