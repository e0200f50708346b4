import { Button, Modal } from '@mantine/core';
import { type FormEvent, useEffect } from 'react';
import type { RegistryView } from '#contract/registry';
import { ErrorState } from '#components/ErrorState';
import { visibleText } from '#oci/text';
import { AddressFields } from './AddressFields';
import { AdvancedFields } from './AdvancedFields';
import { CheckPanel } from './CheckPanel';
import { LoginFields } from './LoginFields';
import classes from './RegistryDialog.module.css';
import { type FormControl, useRegistryForm } from './use-registry-form';

const saveLabel = ({ registry, check: { check } }: FormControl): string => {
  const verb = registry === undefined ? 'Add' : 'Save';
  if (check.kind === 'done' && check.error !== undefined) return `${verb} anyway`;
  return registry === undefined ? 'Add registry' : 'Save changes';
};

/** Moves the focus to the first field that main or the form found wrong. */
const useFocusFirstError = ({ errors }: FormControl): void => {
  useEffect(() => {
    if (Object.keys(errors).length === 0) return;
    document.querySelector<HTMLElement>('form [aria-invalid="true"]')?.focus();
  }, [errors]);
};

const Buttons = ({
  control,
  onClose,
}: {
  readonly control: FormControl;
  readonly onClose: () => void;
}) => {
  const { check, cancel } = control.check;
  const isRunning = check.kind === 'running';
  return (
    <div className={classes['buttons']}>
      <Button
        className={classes['checkButton'] ?? ''}
        onClick={isRunning ? cancel : control.checkNow}
      >
        {isRunning ? 'Stop checking' : 'Check'}
      </Button>
      <Button onClick={onClose}>Cancel</Button>
      <Button type="submit" variant="filled" loading={control.isSaving}>
        {saveLabel(control)}
      </Button>
    </div>
  );
};

/** Adds a registry or edits one, with a live check of what is in the form. */
export const RegistryDialog = ({
  registry,
  initialAddress = '',
  onClose,
}: {
  readonly registry?: RegistryView;
  readonly initialAddress?: string | undefined;
  readonly onClose: () => void;
}) => {
  const control = useRegistryForm(registry, initialAddress, onClose);
  useFocusFirstError(control);
  const title = registry === undefined ? 'Add registry' : `Edit ${visibleText(registry.name)}`;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void control.save();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      size={880}
      yOffset="6vh"
      styles={{ body: { paddingBottom: 0 } }}
    >
      <form className={classes['form']} onSubmit={submit} noValidate autoComplete="off">
        <div className={classes['columns']}>
          <div className={classes['fields']}>
            <AddressFields control={control} />
            <LoginFields control={control} />
            <AdvancedFields control={control} />
          </div>
          <CheckPanel control={control} />
        </div>
        {control.saveError !== null && <ErrorState variant="inline" error={control.saveError} />}
        <Buttons control={control} onClose={onClose} />
      </form>
    </Modal>
  );
};
