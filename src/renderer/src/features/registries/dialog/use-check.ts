import { useCallback, useEffect, useRef, useState } from 'react';
import type { CheckReport, CheckStep, RegistryInput } from '#contract/registry';
import type { ContractError } from '#contract/result';
import { api, streamToEnd, toContractError } from '#lib/api';

export type Check =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly steps: readonly CheckStep[] }
  | {
      readonly kind: 'done';
      readonly steps: readonly CheckStep[];
      readonly report: CheckReport | undefined;
      readonly error: ContractError | undefined;
    };

export type CheckControl = {
  readonly check: Check;
  readonly start: (input: RegistryInput) => void;
  readonly cancel: () => void;
  /** Forgets the result: what was checked is no longer what is in the form. */
  readonly reset: () => void;
};

/** A step's newer word takes the place of its older one. */
const withStep = (steps: readonly CheckStep[], step: CheckStep): readonly CheckStep[] => {
  const at = steps.findIndex((one) => one.step === step.step);
  return at < 0 ? [...steps, step] : steps.with(at, step);
};

const stepsOf = (check: Check): readonly CheckStep[] => (check.kind === 'idle' ? [] : check.steps);

/** Tries an address as it would be saved. Closing the dialog, another start and `cancel` stop it down to the socket. */
export const useCheck = (registryId: string | undefined): CheckControl => {
  const [check, setCheck] = useState<Check>({ kind: 'idle' });
  const running = useRef<AbortController | null>(null);
  const cancel = useCallback(() => {
    running.current?.abort();
    running.current = null;
    setCheck((now) => (now.kind === 'running' ? { kind: 'idle' } : now));
  }, []);
  useEffect(() => () => running.current?.abort(), []);

  const start = useCallback(
    (input: RegistryInput) => {
      running.current?.abort();
      const controller = new AbortController();
      const { signal } = controller;
      running.current = controller;
      setCheck({ kind: 'running', steps: [] });
      const finish = (report?: CheckReport, error?: ContractError): void => {
        if (signal.aborted) return;
        setCheck((now) => ({ kind: 'done', steps: stepsOf(now), report, error }));
      };
      const onPage = (step: CheckStep): void => {
        if (signal.aborted) return;
        setCheck((now) => ({ kind: 'running', steps: withStep(stepsOf(now), step) }));
      };
      const request = { input, ...(registryId === undefined ? {} : { registryId }) };
      streamToEnd(api.registry.check, request, { signal, onPage }).then(
        (report) => finish(report, report.error),
        (thrown: unknown) => finish(undefined, toContractError(thrown)),
      );
    },
    [registryId],
  );
  const reset = useCallback(() => {
    running.current?.abort();
    running.current = null;
    setCheck({ kind: 'idle' });
  }, []);
  return { check, start, cancel, reset };
};
