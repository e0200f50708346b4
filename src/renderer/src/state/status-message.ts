import { create } from 'zustand';
import { toContractError } from '#lib/api';

type StatusMessage = {
  readonly message: { readonly text: string; readonly tone: 'plain' | 'failed' } | null;
  /** Shows a short text in the status bar until the next one or for some seconds. */
  readonly say: (text: string, tone?: 'plain' | 'failed') => void;
  readonly clear: () => void;
};

const shownMs = 6000;
let timer: ReturnType<typeof setTimeout> | undefined;

/** What was just done, in the status bar: "Address copied". */
export const useStatusMessage = create<StatusMessage>()((set) => ({
  message: null,
  say: (text, tone = 'plain') => {
    clearTimeout(timer);
    timer = setTimeout(() => set({ message: null }), shownMs);
    set({ message: { text, tone } });
  },
  clear: () => set({ message: null }),
}));

/** Does something and says in the status bar how it went. */
export const sayOutcome = async (work: Promise<unknown>, done: string): Promise<void> => {
  const { say } = useStatusMessage.getState();
  try {
    await work;
    say(done);
  } catch (thrown) {
    say(toContractError(thrown).message, 'failed');
  }
};
