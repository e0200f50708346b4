import { useCallback, useRef, useState } from 'react';
import type { ChangeProgress, ChangeReport } from '#contract/change';
import type { ContractError } from '#contract/result';
import { api, streamToEnd, toContractError } from '#lib/api';
import type { Outcome } from './outcome';

export type Running =
  | { readonly kind: 'idle' }
  | {
      readonly kind: 'running';
      readonly progress: ChangeProgress | undefined;
      readonly isStopping: boolean;
    }
  | { readonly kind: 'failed'; readonly error: ContractError }
  | { readonly kind: 'over'; readonly outcome: Outcome };

export type Run = {
  readonly running: Running;
  /** Begins. `confirmed`: protected tags that were ticked one by one. */
  readonly start: (planId: string, confirmed: readonly string[]) => void;
  /** Goes on with a change that was stopped. */
  readonly goOn: (changeId: string) => void;
  /** Asks to stop after the step that is under way. */
  readonly stop: () => void;
  readonly reset: () => void;
};

type RunStream = (onPage: (progress: ChangeProgress) => void) => Promise<ChangeReport>;

const idle: Running = { kind: 'idle' };

/** Stopped before anything was written, so the journal has no entry. */
const untouched: Outcome = {
  changeId: undefined,
  outcome: 'cancelled',
  text: 'Nothing was changed',
  steps: [],
  lostTags: [],
};

/**
 * Runs a plan, step by step. The run belongs to main: leaving the dialog does not end it, and `onOver` is called all the
 * same; without an outcome when nothing is known of it.
 */
export const useRun = (onOver: (outcome: Outcome | undefined) => void): Run => {
  const [running, setRunning] = useState<Running>(idle);
  const startedBy = useRef('');

  const follow = async (id: string, run: RunStream): Promise<void> => {
    startedBy.current = id;
    setRunning({ kind: 'running', progress: undefined, isStopping: false });
    const finish = (outcome: Outcome): void => {
      setRunning({ kind: 'over', outcome });
      onOver(outcome);
    };
    try {
      const report = await run((progress) =>
        setRunning((now) => (now.kind === 'running' ? { ...now, progress } : now)),
      );
      finish(report);
    } catch (thrown) {
      const error = toContractError(thrown);
      if (error.code === 'cancelled') {
        finish(untouched);
        return;
      }
      setRunning({ kind: 'failed', error });
      onOver(undefined);
    }
  };

  return {
    running,
    start: (planId, confirmed) =>
      void follow(planId, (onPage) =>
        streamToEnd(api.change.run, { planId, confirmed: [...confirmed] }, { onPage }),
      ),
    goOn: (changeId) =>
      void follow(changeId, (onPage) => streamToEnd(api.change.continue, { changeId }, { onPage })),
    stop: () => {
      setRunning((now) => (now.kind === 'running' ? { ...now, isStopping: true } : now));
      void api.change.stop({ startedBy: startedBy.current });
    },
    reset: useCallback(() => setRunning(idle), []),
  };
};
