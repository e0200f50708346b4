import { api, callOrThrow } from '#lib/api';
import { sayOutcome } from './status-message';

/** Starts the local registry; what goes wrong is told by its page, and in the status bar. */
export const startLocal = (): void =>
  void sayOutcome(callOrThrow(api.local.start({})), 'The local registry is starting');

/** Lets requests under way end, then stops. */
export const stopLocal = (): void =>
  void sayOutcome(callOrThrow(api.local.stop({})), 'The local registry is off');

const restart = async (): Promise<void> => {
  await callOrThrow(api.local.stop({}));
  await callOrThrow(api.local.start({}));
};

/** Ends a process that does not answer and starts another. */
export const restartLocal = (): void =>
  void sayOutcome(restart(), 'The local registry is starting again');

export const openLocalFolder = (): void =>
  void sayOutcome(callOrThrow(api.local.openFolder({})), 'The folder is open');

export const copyLocalAddress = (host: string): void =>
  void sayOutcome(callOrThrow(api.app.copyText({ text: host })), `${host} is copied`);
