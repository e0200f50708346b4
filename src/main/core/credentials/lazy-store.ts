import type { LazyCredentialStore, OpenedCredentialStore } from './store';

/** Opens a store at the first call of `opened()`. `open` must not throw: memory is always there to fall back to. */
export function createLazyStore(open: () => Promise<OpenedCredentialStore>): LazyCredentialStore {
  let opening: Promise<OpenedCredentialStore> | undefined;
  return {
    opened: () => (opening ??= open()),
    async close() {
      if (opening !== undefined) await (await opening).store.close();
    },
  };
}
