/** Main → window: the events of all open streams. */
export const streamEventChannel = 'stream:event';

/** Window → main: stop a stream. */
export const streamCancelChannel = 'stream:cancel';

/** What the preload sends to open a stream: the id it will listen for, and the request. */
export type StreamOpening = { readonly streamId: string; readonly request: unknown };

/** What main sends while a stream is open. The preload hands `event` to whoever opened `streamId`. */
export type StreamDelivery = { readonly streamId: string; readonly event: unknown };
