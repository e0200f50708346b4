import type { WebFrameMain } from 'electron';

/** The part of an IPC event that tells who sent it. */
export type Sender = { readonly senderFrame: WebFrameMain | null };

/**
 * Only the app's own main frame may call. A frame that is gone, an iframe, or a page of another
 * origin (`about:blank` included) is refused before its arguments are looked at.
 */
export const createSenderCheck =
  (trustedOrigin: string) =>
  (event: Sender): boolean => {
    const frame = event.senderFrame;
    if (!frame || frame.parent) return false;
    return originOf(frame.url) === trustedOrigin;
  };

/** Custom schemes have the origin 'null' in the URL class, so scheme and host are compared instead. */
export const originOf = (url: string): string | undefined => {
  try {
    const { protocol, host } = new URL(url);
    return `${protocol}//${host}`;
  } catch {
    return undefined;
  }
};
