import type { Notice } from '#contract/app';
import type { LazyCredentialStore } from '#core/credentials/store';

export type WatchedKeychain = LazyCredentialStore & { readonly keptIn: () => string };

/** Opens on first use, as before; then says where secrets are kept, and tells the user once when that is only memory. */
export const watchKeychain = (
  credentials: LazyCredentialStore,
  notify: (notice: Omit<Notice, 'id'>) => void,
): WatchedKeychain => {
  let keptIn = 'OS keychain';
  let isTold = false;
  return {
    keptIn: () => keptIn,
    close: () => credentials.close(),
    opened: async () => {
      const opened = await credentials.opened();
      keptIn = opened.keptIn;
      if (opened.notice && !isTold) notify({ level: 'warning', ...opened.notice });
      isTold = true;
      return opened;
    },
  };
};
