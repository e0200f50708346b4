import { create } from 'zustand';
import type { LocalProgress } from '#contract/local';
import type { ContractError } from '#contract/result';
import { api, streamToEnd, toContractError } from '#lib/api';
import { formatCounted } from '#lib/format';
import { useStatusMessage } from '#state/status-message';

type Samples = {
  readonly state:
    | { readonly kind: 'idle' }
    | { readonly kind: 'running'; readonly progress: LocalProgress | undefined }
    | { readonly kind: 'failed'; readonly error: ContractError };
  readonly add: () => void;
  readonly stop: () => void;
};

let running: AbortController | undefined;

const addSamples = async (
  signal: AbortSignal,
  onPage: (progress: LocalProgress) => void,
): Promise<void> => {
  const { repositories } = await streamToEnd(api.local.addSamples, {}, { signal, onPage });
  const { say } = useStatusMessage.getState();
  if (repositories.length === 0) say('The sample images are there already');
  else {
    say(`${formatCounted(repositories.length, 'sample repository', 'sample repositories')} added`);
  }
};

/** Adding the sample images goes on while the user looks at something else. */
export const useSamples = create<Samples>()((set, get) => ({
  state: { kind: 'idle' },
  add: () => {
    if (get().state.kind === 'running') return;
    const controller = new AbortController();
    running = controller;
    set({ state: { kind: 'running', progress: undefined } });
    const settle = (state: Samples['state']): void => {
      if (!controller.signal.aborted) set({ state });
    };
    addSamples(controller.signal, (progress) => settle({ kind: 'running', progress })).then(
      () => settle({ kind: 'idle' }),
      (thrown: unknown) => settle({ kind: 'failed', error: toContractError(thrown) }),
    );
  },
  stop: () => {
    running?.abort();
    set({ state: { kind: 'idle' } });
  },
}));
