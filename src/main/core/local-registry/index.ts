export {
  createLocalRegistry,
  type BackupPlace,
  type LocalRegistry,
  type LocalRegistryOptions,
} from './local-registry';
export { askOwner } from './control/ask-owner';
export { FolderInUse } from './storage/folder-lock';
export type { CollectionReport } from './gc/report';
export type { CheckReport } from './check/report';
export type { StorageOptions, StorageProgress } from './progress';
export type { RepositorySpace, SpaceReport } from './space/report';
export { BackupRunning, type BackupReport } from './backup/back-up';
export { CollectionRunning } from './gc/collect-garbage';
export type { ArchivePack } from './backup/archive-target';
export { BackupFault, type BackupFaultCode } from './backup/fault';
export { describePlace, type PlaceDescription } from './backup/place';
export { readBackupFolder, type BackupEntry, type BackupSource } from './backup/sources';
export { restoreFolder, type RestoreReport } from './backup/restore-folder';
export { moveFolder, type MoveOptions, type MoveReport } from './backup/move-folder';
export type { RegistryEvent } from './events/event-source';
export type { LogEntry } from './parts';
export type { FolderCount } from './count';
export type { Listening } from './listener';
