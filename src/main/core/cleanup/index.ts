export {
  DELETE_SETTING,
  mergeCapabilities,
  READ_ONLY_SETTING,
  unknownCapabilities,
  type CapabilityName,
  type CapabilityRecord,
  type Knowledge,
} from './capabilities';
export { collectGraph, type CollectOptions, type GraphProgress } from './collect-graph';
export {
  executePlan,
  PlanBlocked,
  resumePlan,
  type ExecuteOptions,
  type ResumeOptions,
} from './execute';
export type { RepositoryGraph, UnknownPart } from './graph';
export { RequestConflict } from './intents';
export {
  JournalError,
  type Journal,
  type JournalEntry,
  type JournalErrorCode,
  type JournalOutcome,
  type JournalSummary,
  type Place,
  type StepNote,
} from './journal';
export { openJournal, type JournalLimits } from './journal-files';
export { depthFor, focusFor, makePlan } from './make-plan';
export type {
  Blocker,
  ChangeRequest,
  Confirmation,
  FreedBytes,
  ItemRole,
  Plan,
  PlanItem,
  PlanStep,
  PlanSummary,
  Reason,
  UntagMethod,
  Verdict,
} from './plan';
export type { ExecutionProgress, ExecutionReport } from './plan-run';
export { matchesPattern, type PlanPolicy } from './policy';
export { probeCapabilities, type ProbeOptions } from './probe';
export { openRegistryRepository } from './registry-repository';
export type { ReadRepository, Repository, StoredManifest, WriteRepository } from './repository';
export { defaultRunLimits, type RunLimits, type StepResult } from './run-context';
export { planUndo, type LostPart, type UndoPlan } from './undo';
export {
  formatComesBack,
  formatLostPart,
  formatNote,
  formatPlanAction,
  formatReason,
  formatStep,
} from './words';
