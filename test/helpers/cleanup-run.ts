import { collectGraph } from '#core/cleanup/collect-graph';
import { executePlan, type ExecuteOptions } from '#core/cleanup/execute';
import type { RepositoryGraph } from '#core/cleanup/graph';
import { depthFor, focusFor, makePlan } from '#core/cleanup/make-plan';
import type { ChangeRequest, Plan } from '#core/cleanup/plan';
import type { ExecutionReport } from '#core/cleanup/plan-run';
import type { PlanPolicy } from '#core/cleanup/policy';
import {
  unknownCapabilities,
  type CapabilityRecord,
  type Knowledge,
} from '#core/cleanup/capabilities';
import type { ModelRegistry, ModelSwitches } from './model-registry';
import { createMemoryJournal, type MemoryJournal } from './memory-journal';

const yes: Knowledge = { answer: 'yes', how: 'documented' };
const no: Knowledge = { answer: 'no', how: 'documented' };

export const capabilitiesOf = (switches: ModelSwitches): CapabilityRecord => ({
  ...unknownCapabilities,
  push: yes,
  deleteByTag: switches.deleteByTag === 'refuses' ? no : yes,
  deleteByDigest: switches.deleteByDigest === 'refuses' ? no : yes,
});

export const policyOf = (registry: ModelRegistry, extra: Partial<PlanPolicy> = {}): PlanPolicy => ({
  capabilities: capabilitiesOf(registry.switches),
  untagBeforeDelete: registry.switches.refusesTagged ?? false,
  ...extra,
});

export const place = { registry: 'model', repository: 'team/app' };

export type PlannedRun = { graph: RepositoryGraph; plan: Plan };

/** Reads the model as far as the requests need, and plans. */
export const planOn = async (
  registry: ModelRegistry,
  requests: readonly ChangeRequest[],
  policy: Partial<PlanPolicy> = {},
): Promise<PlannedRun> => {
  const graph = await collectGraph(registry, {
    depth: depthFor(requests),
    focus: focusFor(requests),
  });
  return { graph, plan: makePlan(graph, requests, policyOf(registry, policy)) };
};

export const runOn = (
  registry: ModelRegistry,
  { graph, plan }: PlannedRun,
  journal: MemoryJournal = createMemoryJournal(),
  extra: Partial<ExecuteOptions> = {},
): Promise<ExecutionReport> =>
  executePlan({
    repository: registry,
    journal,
    place,
    plan,
    graph,
    clock: registry.clock,
    limits: { recheckMs: 0 },
    ...extra,
  });
