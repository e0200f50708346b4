/** A value that tells its watchers when it changes. */
export type Value<T> = {
  readonly get: () => T;
  readonly set: (next: T) => void;
  /** Calls `listener` at once and at every change; returns how to stop. */
  readonly watch: (listener: (value: T) => void) => () => void;
};

export const createValue = <T>(initial: T): Value<T> => {
  let current = initial;
  const listeners = new Set<(value: T) => void>();
  return {
    get: () => current,
    set: (next) => {
      if (Object.is(next, current)) return;
      current = next;
      for (const listener of listeners) listener(next);
    },
    watch: (listener) => {
      listeners.add(listener);
      listener(current);
      return () => listeners.delete(listener);
    },
  };
};
