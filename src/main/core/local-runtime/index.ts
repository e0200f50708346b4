export { createLocalRuntime } from './create-runtime';
export type { Feed, LocalRuntime, RuntimePorts } from './runtime';
export type { FromProcess, ProcessExit, RegistryProcess, ToProcess } from './messages';
export type { RuntimeSettings } from './settings';
export {
  RuntimeProblem,
  type Activity,
  type ContentChange,
  type RuntimeFault,
  type RuntimeFaultCode,
  type RuntimeState,
  type RuntimeView,
  type WorkOptions,
} from './view';
