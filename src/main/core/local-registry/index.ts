export {
  createLocalRegistry,
  type LocalRegistry,
  type LocalRegistryOptions,
} from './local-registry';
export { askOwner } from './control/ask-owner';
export { FolderInUse } from './storage/folder-lock';
export type { CollectionReport } from './gc/report';
export type { CheckReport } from './check/report';
export type { StorageProgress } from './progress';
export type { SpaceReport } from './space/report';
export { BackupRunning } from './backup/back-up';
export { CollectionRunning } from './gc/collect-garbage';
export type { ArchivePack } from './backup/archive-target';
export { BackupFault } from './backup/fault';
export { describePlace } from './backup/place';
export { readBackupFolder, type BackupEntry } from './backup/sources';
export { restoreFolder } from './backup/restore-folder';
export { moveFolder } from './backup/move-folder';
export type { RegistryEvent } from './events/event-source';
export type { LogEntry } from './parts';
export type { Listening } from './listener';
