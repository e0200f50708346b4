export {
  createLocalRegistry,
  type LocalRegistry,
  type LocalRegistryOptions,
} from './local-registry';
export { askOwner } from './control/ask-owner';
export { FolderInUse } from './storage/folder-lock';
export type { CollectionReport } from './gc/report';
export type { CheckReport } from './check/report';
export type { RegistryEvent } from './events/event-source';
export type { LogEntry } from './parts';
