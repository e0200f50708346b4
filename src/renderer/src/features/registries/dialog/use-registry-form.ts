import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { RegistryView } from '#contract/registry';
import type { ContractError } from '#contract/result';
import { api, callOrThrow, toContractError } from '#lib/api';
import { queryKeys } from '#lib/keys';
import { useSelection } from '#state/selection';
import { type FieldErrors, type RegistryForm, initialForm, missingFields, toInput } from './form';
import { type CheckControl, useCheck } from './use-check';

/** Leaving one field for the next must not start a check between the two. */
const settleMs = 250;

export type FormControl = {
  readonly registry: RegistryView | undefined;
  readonly form: RegistryForm;
  readonly errors: FieldErrors;
  /** An error of saving that belongs to no field. */
  readonly saveError: ContractError | null;
  readonly isSaving: boolean;
  readonly check: CheckControl;
  readonly change: (patch: Partial<RegistryForm>) => void;
  /** Changes something because the check asked for it, and checks again. */
  readonly changeAndCheck: (patch: Partial<RegistryForm>) => void;
  /** Checks soon, when the form is not what was checked last. For blur. */
  readonly checkSoon: () => void;
  readonly checkNow: () => void;
  readonly save: () => Promise<void>;
};

const fields: ReadonlySet<string> = new Set(['address', 'name', 'ca', 'clientCertificate']);

/** Main names the field that was wrong; the login's is shown at the password. */
const fieldErrorOf = ({ detail, message }: ContractError): FieldErrors | undefined => {
  if (detail.field === undefined) return undefined;
  if (detail.field === 'login') return { secret: message };
  return fields.has(detail.field) ? { [detail.field]: message } : undefined;
};

const useAutomaticCheck = (form: RegistryForm, check: CheckControl) => {
  const checked = useRef('');
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const run = (next: RegistryForm): void => {
    clearTimeout(timer.current);
    if (next.address.trim() === '') return;
    const input = toInput(next);
    checked.current = JSON.stringify({ ...input, name: '' });
    check.start(input);
  };
  const runSoon = (): void => {
    clearTimeout(timer.current);
    const isNew = JSON.stringify({ ...toInput(form), name: '' }) !== checked.current;
    if (isNew) timer.current = setTimeout(() => run(form), settleMs);
  };
  const stop = (): void => clearTimeout(timer.current);
  return { run, runSoon, stop };
};

type Saving = Pick<FormControl, 'errors' | 'saveError' | 'isSaving' | 'save'> & {
  readonly clearErrors: () => void;
};

const useSave = (
  registry: RegistryView | undefined,
  form: RegistryForm,
  beforeSave: () => void,
  onDone: () => void,
): Saving => {
  const client = useQueryClient();
  const [errors, setErrors] = useState<FieldErrors>({});
  const [saveError, setSaveError] = useState<ContractError | null>(null);
  const [isSaving, setSaving] = useState(false);
  const fail = (thrown: unknown): void => {
    const error = toContractError(thrown);
    const field = fieldErrorOf(error);
    if (field === undefined) setSaveError(error);
    else setErrors(field);
    setSaving(false);
  };
  const write = async (): Promise<void> => {
    const input = toInput(form);
    const saved = await callOrThrow(
      registry === undefined
        ? api.registry.add({ input })
        : api.registry.update({ registryId: registry.id, input }),
    );
    if (registry !== undefined) {
      await client.invalidateQueries({ queryKey: queryKeys.registry(saved.id) });
    }
    useSelection.getState().selectRegistry(saved.id);
    onDone();
  };
  const save = async (): Promise<void> => {
    const missing = missingFields(form);
    setErrors(missing);
    if (Object.keys(missing).length > 0) return;
    beforeSave();
    setSaving(true);
    setSaveError(null);
    await write().catch(fail);
  };
  const clearErrors = (): void => {
    setErrors({});
    setSaveError(null);
  };
  return { errors, saveError, isSaving, save, clearErrors };
};

/** The state of the registry dialog: fields, their errors, the live check, and saving. */
export const useRegistryForm = (
  registry: RegistryView | undefined,
  initialAddress: string,
  onDone: () => void,
): FormControl => {
  const [form, setForm] = useState(() => initialForm(registry, initialAddress));
  const check = useCheck(registry?.id);
  const automatic = useAutomaticCheck(form, check);
  const stopChecking = (): void => {
    automatic.stop();
    check.cancel();
  };
  const { clearErrors, ...saving } = useSave(registry, form, stopChecking, onDone);

  const change = (patch: Partial<RegistryForm>): void => {
    automatic.stop();
    setForm((now) => ({ ...now, ...patch }));
    clearErrors();
    // A new name changes nothing that was checked.
    if (Object.keys(patch).some((field) => field !== 'name')) check.reset();
  };
  return {
    ...saving,
    registry,
    form,
    check,
    change,
    changeAndCheck: (patch) => {
      change(patch);
      automatic.run({ ...form, ...patch });
    },
    checkSoon: automatic.runSoon,
    checkNow: () => automatic.run(form),
  };
};
