import type { CallName, StreamName } from './contract';

/**
 * The channel names alone, without their schemas: the preload carries these and not the parser.
 * A test holds them against the contract.
 */
export const callNames = [
  'app:view',
  'app:dismiss-notice',
  'app:copy-text',
  'app:open-link',
  'app:pick-file',
  'registry:list',
  'registry:add',
  'registry:update',
  'registry:remove',
  'registry:logins',
  'repository:forget',
  'settings:get',
  'settings:update',
  'task:cancel',
] as const satisfies readonly CallName[];

export const streamNames = [
  'app:notices',
  'registry:watch',
  'registry:check',
  'registry:refresh',
  'repository:list',
  'repository:add',
  'tag:list',
  'tag:details',
  'image:inspect',
  'image:referrers',
  'image:blob',
  'task:watch',
] as const satisfies readonly StreamName[];

/** Main → window: events of all open streams. */
export const streamEventChannel = 'stream:event';
/** Window → main: stop a stream. */
export const streamCancelChannel = 'stream:cancel';
