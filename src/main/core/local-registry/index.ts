export {
  createLocalRegistry,
  type LocalRegistry,
  type LocalRegistryOptions,
} from './local-registry';
export { askOwner } from './control/ask-owner';
export { FolderInUse } from './storage/folder-lock';
export { CollectionRunning, type CollectOptions } from './gc/collect-garbage';
export type { CollectionReport } from './gc/report';
export type { CheckProblem, CheckReport } from './check/report';
export type { RegistryStatistics } from './statistics';
export type { RegistryEvent } from './events/event-source';
export type { Listening } from './listener';
export type { LogEntry } from './parts';
