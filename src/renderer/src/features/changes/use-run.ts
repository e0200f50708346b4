import { useCallback, useRef, useState } from 'react';
import type { ChangeProgress, ChangeReport, ChangeStep, ChangeView } from '#contract/change';
import type { ContractError } from '#contract/result';
import { api, streamToEnd, toContractError } from '#lib/api';
import type { ChangePlace } from '#state/plans';
import type { Outcome } from './outcome';
import { readStopped } from './stopped-change';

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
  readonly start: (place: ChangePlace, planId: string, confirmed: readonly string[]) => void;
  /** Goes on with a change that was stopped. */
  readonly goOn: (changeId: string) => void;
  /** Asks to stop after the step that is under way. */
  readonly stop: () => void;
  readonly reset: () => void;
};

type RunStream = (
  signal: AbortSignal,
  onPage: (progress: ChangeProgress) => void,
) => Promise<ChangeReport>;

const idle: Running = { kind: 'idle' };

/** The entry that a run which began just now has made. */
const isBegunAt =
  ({ registryId, repository }: ChangePlace, startedAt: string) =>
  (entry: ChangeView): boolean =>
    entry.registryId === registryId &&
    entry.repository === repository &&
    entry.startedAt >= startedAt;

/**
 * Runs a plan, step by step. The run belongs to main: leaving the dialog does not end it, and `onOver` is called all the
 * same; without an outcome when nothing is known of it.
 */
export const useRun = (onOver: (outcome: Outcome | undefined) => void): Run => {
  const [running, setRunning] = useState<Running>(idle);
  const controller = useRef<AbortController | null>(null);

  const follow = async (run: RunStream, isOurs: (entry: ChangeView) => boolean): Promise<void> => {
    const own = new AbortController();
    controller.current = own;
    const seen: ChangeStep[] = [];
    let hasBegun = false;
    setRunning({ kind: 'running', progress: undefined, isStopping: false });
    const finish = (outcome: Outcome): void => {
      setRunning({ kind: 'over', outcome });
      onOver(outcome);
    };
    try {
      const report = await run(own.signal, (progress) => {
        hasBegun ||= progress.completed > 0;
        if (progress.last !== undefined) seen.push(progress.last);
        setRunning({ kind: 'running', progress, isStopping: false });
      });
      finish(report);
    } catch (thrown) {
      if (own.signal.aborted) {
        finish(await readStopped({ isOurs, seen, hasBegun }));
        return;
      }
      setRunning({ kind: 'failed', error: toContractError(thrown) });
      onOver(undefined);
    }
  };

  return {
    running,
    start: (place, planId, confirmed) =>
      void follow(
        (signal, onPage) =>
          streamToEnd(api.change.run, { planId, confirmed: [...confirmed] }, { signal, onPage }),
        isBegunAt(place, new Date().toISOString()),
      ),
    goOn: (changeId) =>
      void follow(
        (signal, onPage) => streamToEnd(api.change.continue, { changeId }, { signal, onPage }),
        (entry) => entry.changeId === changeId,
      ),
    stop: () => {
      setRunning((now) => (now.kind === 'running' ? { ...now, isStopping: true } : now));
      controller.current?.abort();
    },
    reset: useCallback(() => setRunning(idle), []),
  };
};
