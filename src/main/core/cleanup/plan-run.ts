import { setTimeout as sleep } from 'node:timers/promises';
import type { Digest } from '#oci/digest';
import type { Tag } from '#oci/tag';
import { applyStep } from './apply-step';
import type { CapabilityRecord } from './capabilities';
import { readFault } from './faults';
import { giveUp } from './give-up';
import { createGuard, type Guard } from './guard';
import {
  formatMidwayError,
  JournalError,
  type Journal,
  type JournalEntry,
  type JournalOutcome,
} from './journal';
import { lookAtNames, removedTags } from './last-look';
import type { PlanStep } from './plan';
import type { Repository } from './repository';
import {
  defaultRunLimits,
  type Clock,
  type RunContext,
  type RunLimits,
  type StepEnd,
  type StepResult,
} from './run-context';
import { runDelete } from './run-delete';
import { runPutManifest, runPutTag, runUpdateList } from './run-puts';
import { runRemoveRepository } from './run-remove-repository';
import { runUntag } from './run-untag';
import { gateWrites } from './write-gate';

type UntagStep = Extract<PlanStep, { kind: 'untag' }>;

export type ExecutionProgress = {
  readonly completed: number;
  readonly total: number;
  readonly last?: StepResult;
};

export type ExecutionReport = {
  /** Of the journal entry, for continue, roll back and undo. */
  readonly id: string;
  readonly outcome: Exclude<JournalOutcome, 'undone'>;
  readonly results: readonly StepResult[];
  /** Why it stopped, in a sentence. */
  readonly stoppedBy?: string;
  /** Tags that nobody asked to remove and that are no longer listed. */
  readonly lostTags: readonly Tag[];
  /** What the run has shown about the registry, for `mergeCapabilities`. */
  readonly learned: Partial<CapabilityRecord>;
};

export type RunOptions = {
  readonly repository: Repository;
  readonly journal: Journal;
  /** Stops between two steps; a step that has begun is ended. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ExecutionProgress) => void) | undefined;
  readonly limits?: Partial<RunLimits> | undefined;
  readonly clock?: Clock | undefined;
};

const systemClock: Clock = {
  now: () => performance.now(),
  async wait(delayMs, signal) {
    await sleep(delayMs, undefined, { signal }).catch(() => {});
  },
};

const isAborted = (signal: AbortSignal | undefined): boolean => signal?.aborted ?? false;

/** Carries out what is left of an entry's plan. The caller holds the lock of the repository. */
export class PlanRun {
  private readonly context: RunContext;
  private readonly guard: Guard;
  private readonly results: StepResult[];
  private retriesLeft: number;
  private stoppedBy: string | undefined;

  constructor(
    private readonly entry: JournalEntry,
    private readonly options: RunOptions,
  ) {
    const { plan } = entry.header;
    this.context = {
      repository: gateWrites(options.repository, entry),
      entry,
      plan,
      limits: { ...defaultRunLimits, ...options.limits },
      clock: options.clock ?? systemClock,
      signal: options.signal,
      tags: new Map(Object.entries(plan.tagsBefore) as [Tag, Digest][]),
      needed: new Set(),
      deleted: new Set(),
      done: new Set(),
      proof: { keepsOverwritten: false, keepsUntagged: false, keepsSiblings: false },
      learned: {},
    };
    this.results = plan.steps.map((step) => ({ step, state: 'not-run' }));
    this.retriesLeft = this.context.limits.retryBudget;
    this.guard = createGuard(this.context);
    for (const record of entry.records) {
      const { step, state, ...rest } = record;
      if (state === 'begun') this.context.done.add(step);
      else this.apply(step, { ...rest, state });
    }
  }

  async run(): Promise<ExecutionReport> {
    const { steps } = this.context.plan;
    let outcome: ExecutionReport['outcome'] = 'done';
    try {
      for (const [index, step] of steps.entries()) {
        if (this.isEnded(index)) continue;
        if (isAborted(this.options.signal)) {
          outcome = 'cancelled';
          break;
        }
        const end = await this.runStep(step, index);
        if (end.stops === true) {
          this.stoppedBy ??= end.message ?? 'The registry did not do what it said.';
          outcome = isAborted(this.options.signal) ? 'cancelled' : 'stopped';
          break;
        }
      }
      if (outcome !== 'done') await this.keepWhole();
      this.readPutBacks();
      if (outcome === 'done' && this.hasExceptions()) outcome = 'done-with-exceptions';
      await this.entry.finish(outcome);
    } catch (error) {
      // The journal cannot be written any more: not one more step without a way back.
      if (!(error instanceof JournalError)) throw error;
      this.stoppedBy = formatMidwayError(error);
      outcome = 'stopped';
    }
    return this.report(outcome);
  }

  private async report(outcome: ExecutionReport['outcome']): Promise<ExecutionReport> {
    const { lost, leftBehind } = await lookAtNames(this.context, this.results);
    const results = this.results.map((result): StepResult => {
      const isLeft = removedTags(result).some((tag) => leftBehind.has(tag));
      return isLeft ? { ...result, note: 'tag-left-behind' } : result;
    });
    return {
      id: this.entry.header.id,
      outcome,
      results,
      ...(this.stoppedBy !== undefined && { stoppedBy: this.stoppedBy }),
      lostTags: lost,
      learned: this.context.learned,
    };
  }

  private isEnded(index: number): boolean {
    const state = this.results[index]?.state;
    return state === 'done' || state === 'already' || state === 'skipped';
  }

  /**
   * Where a run ends early, images that were to be deleted and still are there get back what went before them, such as
   * their signatures. A registry that takes nothing just now leaves that to the roll back.
   */
  private async keepWhole(): Promise<void> {
    const staying = this.results.flatMap(({ step, state }) =>
      step.kind === 'delete-manifest' && state !== 'done' && state !== 'already' ? step.digest : [],
    );
    try {
      await this.guard.protect(staying);
    } catch (error) {
      if (error instanceof JournalError) throw error;
    }
  }

  /** Steps that were done, and taken back by the guard while later ones ran. */
  private readPutBacks(): void {
    const last = new Map(this.entry.records.map((record) => [record.step, record]));
    for (const [index, { state, step: _, ...rest }] of last) {
      const step = this.context.plan.steps[index];
      if (state === 'put-back' && step !== undefined)
        this.results[index] = { step, state, ...rest };
    }
  }

  private hasExceptions(): boolean {
    return this.results.some(({ state }) => state !== 'done' && state !== 'already');
  }

  private async runStep(step: PlanStep, index: number): Promise<StepEnd> {
    const wasBegun = this.entry.records.some(
      (record) => record.step === index && record.state === 'begun',
    );
    // No write of the step goes out before this is on the disk: the gate waits for it.
    this.entry.note({ step: index, state: 'begun' });
    const end = await this.attempt(step, index, wasBegun);
    const { stops: _, ...record } = end;
    // Lost in a crash, it leaves the step begun, which a continued run looks at again.
    this.entry.note({ step: index, ...record });
    this.apply(index, record);
    const completed = this.results.filter((result) => result.state !== 'not-run').length;
    const last = this.results[index];
    this.options.onProgress?.({ completed, total: this.results.length, ...(last && { last }) });
    return end;
  }

  private apply(index: number, end: Omit<StepEnd, 'stops'>): void {
    const step = this.context.plan.steps[index];
    if (step === undefined) return;
    const { state, note, message } = end;
    this.results[index] = {
      step,
      state,
      ...(note !== undefined && { note }),
      ...(message !== undefined && { message }),
    };
    applyStep(this.context, step, index, end);
  }

  private async attempt(step: PlanStep, index: number, wasBegun: boolean): Promise<StepEnd> {
    const { limits, clock, signal } = this.context;
    for (let tries = 1; ; tries += 1) {
      try {
        const isAgain = wasBegun || tries > 1;
        const end = await this.perform(step, index, isAgain);
        // Begun before a crash or a lost answer, and so now: it was this plan that did it, and its way back is this plan's too.
        return isAgain && end.state === 'already' ? { ...end, state: 'done' } : end;
      } catch (error) {
        if (error instanceof JournalError) throw error;
        const fault = readFault(error);
        const waitMs = fault.retryAfterMs ?? 250 * 2 ** tries;
        const isWorthIt =
          fault.kind === 'busy' &&
          tries < limits.maxTries &&
          this.retriesLeft > 0 &&
          waitMs <= limits.maxRetryAfterMs;
        if (isWorthIt) {
          this.retriesLeft -= 1;
          await clock.wait(waitMs, signal);
          if (!isAborted(signal)) continue;
        }
        return giveUp(this.context, step, fault);
      }
    }
  }

  private perform(step: PlanStep, index: number, isAgain: boolean): Promise<StepEnd> {
    switch (step.kind) {
      case 'put-tag':
        return runPutTag(this.context, step, index, isAgain);
      case 'put-manifest':
        return runPutManifest(this.context, step);
      case 'update-list':
        return this.guarded(step.remove, () => runUpdateList(this.context, step));
      case 'untag':
        return this.untag(step, index, isAgain);
      case 'delete-manifest':
        return runDelete(this.context, step, this.guard);
      case 'remove-repository':
        return runRemoveRepository(this.context);
    }
  }

  private async untag(step: UntagStep, index: number, isAgain: boolean): Promise<StepEnd> {
    const work = (): Promise<StepEnd> => runUntag(this.context, step, index, isAgain);
    // The other name, which was to be put on the image first, was refused: this one is the last it has.
    const isOtherMissing = this.results.some(
      (each) =>
        each.step.kind === 'put-tag' && each.step.digest === step.digest && each.state === 'failed',
    );
    if (isOtherMissing) return { state: 'skipped', note: 'needed-meanwhile' };
    return step.owner === undefined ? work() : this.guarded([step.owner], work);
  }

  /** For what only makes sense while these images go: not done when something came that needs one of them. */
  private async guarded(going: readonly Digest[], work: () => Promise<StepEnd>): Promise<StepEnd> {
    if (going.length > 0) await this.guard.check();
    const isNeeded = going.some((digest) => this.context.needed.has(digest));
    return isNeeded ? { state: 'skipped', note: 'needed-meanwhile' } : work();
  }
}
