import { useCallback, useEffect, useState } from 'react';
import type { PlanProgress, PlanView } from '#contract/change';
import type { ContractError } from '#contract/result';
import { api, streamToEnd, toContractError } from '#lib/api';
import type { OpenDialog } from '#state/dialogs';

export type PlanDialogKind = Extract<OpenDialog, { readonly kind: 'plan' | 'plan-undo' }>;

export type Planning =
  | { readonly kind: 'planning'; readonly progress: PlanProgress | undefined }
  | { readonly kind: 'failed'; readonly error: ContractError }
  | { readonly kind: 'ready'; readonly plan: PlanView };

const begun: Planning = { kind: 'planning', progress: undefined };

const readPlan = (
  asked: PlanDialogKind,
  signal: AbortSignal,
  onPage: (progress: PlanProgress) => void,
): Promise<PlanView> => {
  if (asked.kind === 'plan-undo') {
    const { changeId } = asked;
    return streamToEnd(api.change.planUndo, { changeId }, { signal, onPage });
  }
  const { registryId, repository, requests } = asked;
  const request = { registryId, repository, requests: [...requests] };
  return streamToEnd(api.change.plan, request, { signal, onPage });
};

/** Has a change thought through. Leaving cancels it; nothing is written meanwhile. */
export const usePlan = (
  asked: PlanDialogKind,
): { readonly planning: Planning; readonly planAgain: () => void } => {
  const [planning, setPlanning] = useState<Planning>(begun);
  // Another object is another try.
  const [request, setRequest] = useState({ asked });
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const show = (next: Planning): void => {
      if (!signal.aborted) setPlanning(next);
    };
    void readPlan(request.asked, signal, (progress) => show({ kind: 'planning', progress })).then(
      (plan) => show({ kind: 'ready', plan }),
      (thrown: unknown) => show({ kind: 'failed', error: toContractError(thrown) }),
    );
    return () => controller.abort();
  }, [request]);
  const planAgain = useCallback(() => {
    setPlanning(begun);
    setRequest(({ asked: same }) => ({ asked: same }));
  }, []);
  return { planning, planAgain };
};
