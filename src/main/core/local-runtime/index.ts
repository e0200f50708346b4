export { createLocalRuntime } from './create-runtime';
export type { Feed, LocalRuntime, RuntimePorts } from './runtime';
export type { FromProcess, ProcessExit, RegistryProcess, ToProcess } from './messages';
export type { BackupPlace, Check, Collection, SpaceReport } from './reports';
export type { LogLevel, RuntimePatch, RuntimeSettings } from './settings';
export {
  RuntimeProblem,
  type Activity,
  type ContentChange,
  type LogLine,
  type Progress,
  type RuntimeFault,
  type RuntimeFaultCode,
  type RuntimeState,
  type RuntimeView,
  type SpaceState,
  type WorkOptions,
} from './view';
