import { randomUUID } from 'node:crypto';
import type { Plan, RepositoryGraph } from '#core/cleanup/index';
import type { RepositoryName } from '#oci/repository-name';
import { ServiceFailure } from './failure';

/** A plan that was shown. It never leaves main, so what runs is what was shown. */
export type HeldPlan = {
  readonly plan: Plan;
  readonly registryId: string;
  readonly repository: RepositoryName;
  /** Saves reading the manifests once more; absent for an undo. */
  readonly graph?: RepositoryGraph;
  /** The entry that is taken back. */
  readonly undoes?: string;
};

/** A window shows one plan at a time; a few more cover a reload and a second look. */
const maxHeld = 4;

export type HeldPlans = {
  /** Gives the id under which the plan is found. */
  readonly hold: (plan: HeldPlan) => string;
  /** @throws ServiceFailure `plan-unknown` */
  readonly find: (planId: string) => HeldPlan;
  readonly drop: (planId: string) => void;
};

export const createHeldPlans = (): HeldPlans => {
  const held = new Map<string, HeldPlan>();
  return {
    hold: (plan) => {
      const planId = randomUUID();
      held.set(planId, plan);
      for (const oldest of held.keys()) {
        if (held.size <= maxHeld) break;
        held.delete(oldest);
      }
      return planId;
    },
    find: (planId) => {
      const found = held.get(planId);
      if (found === undefined) throw planTooOld();
      return found;
    },
    drop: (planId) => void held.delete(planId),
  };
};

const planTooOld = (): ServiceFailure =>
  new ServiceFailure('plan-unknown', 'This plan is too old to run. Make it again.');
