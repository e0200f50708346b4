import type { LazyCredentialStore, OpenedCredentialStore } from './store';

/** Opens a store at the first call of `opened()`. `open` must not throw: memory is always there to fall back to. */
export function createLazyStore(open: () => Promise<OpenedCredentialStore>): LazyCredentialStore {
  let opening: Promise<OpenedCredentialStore> | undefined;
  let opened: OpenedCredentialStore | undefined;
  const openOnce = async (): Promise<OpenedCredentialStore> => (opened = await open());
  return {
    opened: () => (opening ??= openOnce()),
    async close() {
      // Opening may wait for a person before a prompt; quitting does not.
      await opened?.store.close();
    },
  };
}
