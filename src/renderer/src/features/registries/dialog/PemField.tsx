import { Button, Textarea } from '@mantine/core';
import { IconFileCertificate, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { IconAction } from '#components/IconAction';
import { api, callOrThrow, toContractError } from '#lib/api';
import { visibleText } from '#oci/text';
import { useStatusMessage } from '#state/status-message';
import type { Pem } from './form';
import classes from './RegistryDialog.module.css';

type PemFieldProps = {
  readonly label: string;
  readonly hint?: string;
  readonly purpose: 'ca' | 'client-certificate' | 'client-key';
  readonly value: Pem | null;
  /** What is stored and stays, in words; null when nothing is. */
  readonly stored?: string | null;
  readonly error?: string | undefined;
  readonly onChange: (value: Pem | null) => void;
};

const Chosen = ({
  label,
  words,
  onRemove,
}: {
  readonly label: string;
  readonly words: string;
  readonly onRemove: () => void;
}) => (
  <div className={classes['chosen']}>
    <IconFileCertificate size={15} stroke={1.6} aria-hidden />
    <span className={classes['chosenText']}>{words}</span>
    <IconAction
      size="small"
      label={`Remove: ${label}`}
      icon={<IconX size={14} />}
      onClick={onRemove}
    />
  </div>
);

const fileWords = ({
  name,
  subjects,
}: {
  readonly name: string;
  readonly subjects: readonly string[];
}) =>
  subjects.length === 0
    ? visibleText(name)
    : `${visibleText(name)}: ${subjects.map((subject) => visibleText(subject)).join('; ')}`;

const PastedText = ({
  label,
  value,
  onChange,
}: Pick<PemFieldProps, 'label' | 'onChange'> & { readonly value: string }) => (
  <Textarea
    aria-label={`${label} as PEM text`}
    placeholder="-----BEGIN …"
    rows={4}
    value={value}
    classNames={{ input: classes['pemText'] ?? '' }}
    spellCheck={false}
    onChange={(event) => {
      const { value: text } = event.currentTarget;
      onChange(text === '' ? null : { kind: 'text', text });
    }}
  />
);

const Buttons = ({
  purpose,
  onPick,
  onPaste,
}: Pick<PemFieldProps, 'purpose'> & {
  readonly onPick: () => void;
  readonly onPaste: (() => void) | undefined;
}) => (
  <div className={classes['pemButtons']}>
    <Button onClick={onPick}>Choose file…</Button>
    {onPaste !== undefined && purpose !== 'client-key' && (
      <Button variant="subtle" onClick={onPaste}>
        Paste text
      </Button>
    )}
  </div>
);

const pickInto = async ({ purpose, onChange }: PemFieldProps): Promise<void> => {
  const { say } = useStatusMessage.getState();
  try {
    const picked = await callOrThrow(api.app.pickFile({ purpose }));
    if (picked !== null) onChange({ kind: 'file', picked });
  } catch (thrown) {
    say(toContractError(thrown).message, 'failed');
  }
};

/** What is there now: the chosen file, or what is stored. */
const Present = ({ label, value, stored, onChange }: PemFieldProps) => {
  const words = value?.kind === 'file' ? fileWords(value.picked) : value === null ? stored : null;
  if (words === null || words === undefined) return null;
  return <Chosen label={label} words={words} onRemove={() => onChange(null)} />;
};

/** A PEM file chosen through main, or pasted text. A file's text never comes to the window. */
export const PemField = (props: PemFieldProps) => {
  const { label, hint, purpose, value, error, onChange } = props;
  const [isPasting, setPasting] = useState(false);
  const text = value?.kind === 'text' ? value.text : value === null && isPasting ? '' : undefined;
  return (
    <fieldset
      className={classes['pem']}
      aria-invalid={error === undefined ? undefined : true}
      tabIndex={-1}
    >
      <legend>{label}</legend>
      {hint !== undefined && <p className={classes['hint']}>{hint}</p>}
      <Present {...props} />
      {text !== undefined && <PastedText label={label} value={text} onChange={onChange} />}
      {value?.kind !== 'file' && (
        <Buttons
          purpose={purpose}
          onPick={() => void pickInto(props)}
          onPaste={text === undefined ? () => setPasting(true) : undefined}
        />
      )}
      {error !== undefined && <p className={classes['error']}>{visibleText(error)}</p>}
    </fieldset>
  );
};
