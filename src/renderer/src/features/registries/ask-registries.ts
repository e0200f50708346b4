import { useEffect, useRef } from 'react';
import type { RegistryView } from '#contract/registry';
import { api, streamToEnd } from '#lib/api';
import { useRegistries } from '#lib/live';

const mostAtOnce = 2;
/** The window is painted and its open repository has begun to read by then. */
const settleMs = 400;

export type Asker = {
  /** Asks those that were not asked before in this run, in their order. */
  readonly want: (registries: readonly RegistryView[]) => void;
  readonly close: () => void;
};

/** Asks registries in turn, two at once. Nobody waits for it and nothing is said: main tells the state of each. */
export const createAsker = (
  ask: (registryId: string, signal: AbortSignal) => Promise<unknown>,
): Asker => {
  const controller = new AbortController();
  const seen = new Set<string>();
  const waiting: string[] = [];
  let running = 0;
  const next = (): void => {
    if (controller.signal.aborted || running >= mostAtOnce) return;
    const id = waiting.shift();
    if (id === undefined) return;
    running += 1;
    const over = (): void => {
      running -= 1;
      next();
    };
    ask(id, controller.signal).then(over, over);
    next();
  };
  return {
    want: (registries) => {
      for (const { id, state, isLocal } of registries) {
        // The local one tells its state by itself.
        if (isLocal || seen.has(id)) continue;
        seen.add(id);
        if (state.kind === 'unknown') waiting.push(id);
      }
      next();
    },
    close: () => controller.abort(),
  };
};

const refresh = (registryId: string, signal: AbortSignal): Promise<unknown> =>
  streamToEnd(api.registry.refresh, { registryId }, { signal });

/** After the first paint every saved registry is asked once, so that its dot says something before it is selected. */
export const useAskRegistries = (): void => {
  const { value: registries, isPending } = useRegistries();
  const latest = useRef(registries);
  useEffect(() => {
    latest.current = registries;
  }, [registries]);
  useEffect(() => {
    if (isPending) return undefined;
    const asker = createAsker(async (id, signal) => {
      // Its repositories may have been read meanwhile, or it was removed.
      const now = latest.current.find((registry) => registry.id === id);
      if (now?.state.kind === 'unknown') await refresh(id, signal);
    });
    const timer = setTimeout(() => asker.want(latest.current), settleMs);
    return () => {
      clearTimeout(timer);
      asker.close();
    };
  }, [isPending]);
};
