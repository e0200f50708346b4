export {
  mergeCapabilities,
  unknownCapabilities,
  type CapabilityRecord,
  type Knowledge,
} from './capabilities';
export { collectGraph } from './collect-graph';
export { executePlan, PlanBlocked, resumePlan } from './execute';
export type { RepositoryGraph } from './graph';
export { RequestConflict } from './intents';
export {
  JournalError,
  type Journal,
  type JournalEntry,
  type JournalSummary,
  type Place,
} from './journal';
export { openJournal } from './journal-files';
export { depthFor, focusFor, makePlan } from './make-plan';
export type { ChangeRequest, Plan, PlanItem } from './plan';
export type { ExecutionProgress, ExecutionReport } from './plan-run';
export { type PlanPolicy } from './policy';
export { probeCapabilities } from './probe';
export { openRegistryRepository } from './registry-repository';
export type { Repository } from './repository';
export { type StepResult } from './run-context';
export { planUndo, type UndoPlan } from './undo';
export {
  formatComesBack,
  formatLostPart,
  formatNote,
  formatPlanAction,
  formatReason,
  formatStep,
} from './words';
