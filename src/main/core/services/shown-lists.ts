/** Lists that the window waits for; work that nobody waits for starts after them. */
export type ShownLists = {
  /** Counts a list as waited for while it is read. */
  readonly during: <T>(read: () => Promise<T>) => Promise<T>;
  /**
   * Resolves when no list was waited for during `quietMs` after the first one, when none was asked for during `unaskedMs`,
   * and after `atMostMs` in any case. All who ask wait for the same moment.
   */
  readonly shown: () => Promise<void>;
};

type Options = {
  readonly quietMs?: number;
  /** A window that starts takes a while until it asks for its first list. */
  readonly unaskedMs?: number;
  readonly atMostMs?: number;
};

export const createShownLists = ({
  quietMs = 400,
  unaskedMs = 2500,
  atMostMs = 5000,
}: Options = {}): ShownLists => {
  let openCount = 0;
  let wasAsked = false;
  let change: () => void = () => undefined;
  let shown: Promise<void> | undefined;
  const wait = (): Promise<void> =>
    new Promise((resolve) => {
      let quiet: NodeJS.Timeout | undefined;
      const end = (): void => {
        clearTimeout(quiet);
        clearTimeout(latest);
        change = () => undefined;
        resolve();
      };
      const latest = setTimeout(end, atMostMs).unref();
      change = () => {
        clearTimeout(quiet);
        if (openCount === 0) quiet = setTimeout(end, wasAsked ? quietMs : unaskedMs).unref();
      };
      change();
    });
  return {
    during: async (read) => {
      openCount += 1;
      wasAsked = true;
      change();
      try {
        return await read();
      } finally {
        openCount -= 1;
        change();
      }
    },
    shown: () => (shown ??= wait()),
  };
};
