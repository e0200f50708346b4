import { Button, SegmentedControl, Select, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useId, useState } from 'react';
import type { LocalSettingsPatch, LocalView } from '#contract/local';
import { ErrorState } from '#components/ErrorState';
import { formatBytes } from '#lib/format';
import { useLocal } from '#lib/local';
import { visibleText } from '#oci/text';
import { useConfigure } from '../use-configure';
import { Frame } from './Frame';
import { limitUnits, parseLimit, parsePort, parseWebhook, splitLimit } from './parse-value';
import { Hint } from './parts';
import classes from './ValueDialogs.module.css';

type Parsed = { readonly patch: LocalSettingsPatch } | { readonly problem: string };

/** One setting to type: checked here, then by main against the machine, and only then taken. */
const ValueDialog = ({
  title,
  parse,
  hint,
  onClose,
  children,
}: {
  readonly title: string;
  readonly parse: () => Parsed;
  readonly hint: ReactNode;
  readonly onClose: () => void;
  /** The field, given what is wrong with it. */
  readonly children: (problem: string | undefined) => ReactNode;
}) => {
  const { pending, error, configure } = useConfigure();
  const [problem, setProblem] = useState<string>();
  const formId = useId();
  const fieldProblem = error?.code === 'input-invalid' ? visibleText(error.message) : undefined;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const parsed = parse();
    setProblem('problem' in parsed ? parsed.problem : undefined);
    if ('problem' in parsed) return;
    void configure(parsed.patch).then((isTaken) => {
      if (isTaken) onClose();
    });
  };
  return (
    <Frame
      title={title}
      size={460}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} variant="filled" loading={pending !== null}>
            Save
          </Button>
        </>
      }
    >
      <form id={formId} className={classes['form']} onSubmit={submit} noValidate>
        {children(problem ?? fieldProblem)}
        <Hint>{hint}</Hint>
        {error !== null && fieldProblem === undefined && (
          <ErrorState variant="inline" error={error} />
        )}
      </form>
    </Frame>
  );
};

const PortForm = ({
  local,
  onClose,
}: {
  readonly local: LocalView;
  readonly onClose: () => void;
}) => {
  const [text, setText] = useState(String(local.settings.port));
  return (
    <ValueDialog
      title="Port"
      parse={() => parsePort(text)}
      hint="The registry starts again at the new address; references with the old one stop working. When the port is taken at a start, the next free one is used and said. 5000 belongs to AirPlay on macOS."
      onClose={onClose}
    >
      {(problem) => (
        <TextInput
          data-autofocus
          label="Port"
          inputMode="numeric"
          value={text}
          error={problem}
          autoComplete="off"
          onChange={(event) => setText(event.currentTarget.value)}
        />
      )}
    </ValueDialog>
  );
};

const WebhookForm = ({
  local,
  onClose,
}: {
  readonly local: LocalView;
  readonly onClose: () => void;
}) => {
  const [text, setText] = useState(local.settings.webhookUrl ?? '');
  return (
    <ValueDialog
      title="Webhook"
      parse={() => parseWebhook(text)}
      hint="Each push, pull and delete is posted there as the events of CNCF distribution. Empty: nobody is told."
      onClose={onClose}
    >
      {(problem) => (
        <TextInput
          data-autofocus
          label="URL"
          placeholder="https://ci.example.com/hooks/registry"
          value={text}
          error={problem}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setText(event.currentTarget.value)}
        />
      )}
    </ValueDialog>
  );
};

const limitHint = ({ usedBytes, freeBytes }: LocalView): string =>
  [
    usedBytes === undefined ? '' : `${formatBytes(usedBytes)} are used now.`,
    freeBytes === undefined ? '' : `${formatBytes(freeBytes)} are free on the disk.`,
    'A warning comes at 90 %. At the limit pushes are refused; pulls and deletes go on.',
  ]
    .filter((words) => words !== '')
    .join(' ');

const LimitForm = ({
  local,
  onClose,
}: {
  readonly local: LocalView;
  readonly onClose: () => void;
}) => {
  const before = splitLimit(local.settings.limitBytes);
  const [isLimited, setLimited] = useState(local.settings.limitBytes !== null);
  const [number, setNumber] = useState(before.number);
  const [unit, setUnit] = useState(before.unit);
  return (
    <ValueDialog
      title="Storage limit"
      parse={() => (isLimited ? parseLimit(number, unit) : { patch: { limitBytes: null } })}
      hint={visibleText(limitHint(local))}
      onClose={onClose}
    >
      {(problem) => (
        <>
          <SegmentedControl
            aria-label="Limit"
            data={[
              { value: 'disk', label: 'As much as the disk has' },
              { value: 'limit', label: 'At most' },
            ]}
            value={isLimited ? 'limit' : 'disk'}
            onChange={(value) => setLimited(value === 'limit')}
          />
          {isLimited && (
            <div className={classes['pair']}>
              <TextInput
                data-autofocus
                label="At most"
                inputMode="decimal"
                value={number}
                error={problem}
                autoComplete="off"
                onChange={(event) => setNumber(event.currentTarget.value)}
              />
              <Select
                label="Unit"
                data={[...limitUnits]}
                value={unit}
                allowDeselect={false}
                comboboxProps={{ withinPortal: false }}
                onChange={(value) => setUnit(limitUnits.find((one) => one === value) ?? 'GB')}
              />
            </div>
          )}
        </>
      )}
    </ValueDialog>
  );
};

type ValueName = 'port' | 'webhook' | 'limit';
const valueForms = { port: PortForm, webhook: WebhookForm, limit: LimitForm };

/** The dialogs that change one setting. */
export const ValueDialogs = ({
  name,
  onClose,
}: {
  readonly name: ValueName;
  readonly onClose: () => void;
}) => {
  const local = useLocal();
  if (local === undefined) return null;
  const Form = valueForms[name];
  return <Form local={local} onClose={onClose} />;
};
