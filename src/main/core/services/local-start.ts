import { localRegistryId } from '#contract/local';
import type { LocalRuntime } from '#core/local-runtime/index';
import { ServiceFailure } from './failure';

/** When the local registry is started, beside when somebody says so. */
export type LocalStart = {
  /** Starts it once a run, where it starts with the app. What goes wrong stands in its state. */
  readonly withApp: () => void;
  /** It was switched by hand: the app does not start it any more in this run. */
  readonly byHand: () => void;
  /** Resolves when the registry takes requests, starting it where the app was about to; throws when it does not run. */
  readonly ready: (registryId: string) => Promise<void>;
};

export const createLocalStart = (runtime: LocalRuntime): LocalStart => {
  let isDue = runtime.state().settings.startsWithApp;
  const withApp = (): void => {
    if (!isDue) return;
    isDue = false;
    runtime.start().catch(() => undefined);
  };
  return {
    withApp,
    byHand: () => {
      isDue = false;
    },
    ready: async (registryId) => {
      if (registryId !== localRegistryId) return;
      withApp();
      await settled(runtime);
      const { state } = runtime.state();
      if (state.kind === 'running') return;
      throw new ServiceFailure(
        'connection-refused',
        state.kind === 'failed'
          ? `The local registry does not run. ${state.error.message}`
          : 'The local registry is switched off. Switch it on in the sidebar or on its page.',
      );
    },
  };
};

/** Resolves when the registry is neither on its way up nor down. */
const settled = (runtime: LocalRuntime): Promise<void> =>
  new Promise((resolve) => {
    const isSettled = (): boolean => !['starting', 'stopping'].includes(runtime.state().state.kind);
    if (isSettled()) return resolve();
    const stop = runtime.watch(() => {
      if (!isSettled()) return;
      stop();
      resolve();
    });
  });
