import { Button, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { type FormEvent, useRef, useState } from 'react';
import type { LocalView } from '#contract/local';
import { ErrorState } from '#components/ErrorState';
import { IconAction } from '#components/IconAction';
import { visibleText } from '#oci/text';
import { useConfigure } from '../use-configure';
import classes from './HostNames.module.css';

const hostName = /^[0-9A-Za-z.:-]{1,253}$/u;
const mostNames = 32;

const problemOf = (typed: string, names: readonly string[]): string | undefined => {
  if (typed === '') return 'Type a host name or an IP address.';
  if (!hostName.test(typed)) return 'A host name holds letters, digits, dots and dashes.';
  if (names.includes(typed)) return `${typed} is in the certificate already.`;
  return names.length >= mostNames ? `At most ${mostNames} names.` : undefined;
};

/** The names the certificate is good for: those every machine has, and those added here. */
export const HostNames = ({ local }: { readonly local: LocalView }) => {
  const { pending, error, configure } = useConfigure();
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState<string>();
  const field = useRef<HTMLInputElement>(null);
  const added = local.settings.hostNames;
  const all = local.certificate?.hostNames ?? added;
  const fixed = all.filter((name) => !added.includes(name));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const name = typed.trim();
    const found = problemOf(name, [...fixed, ...added]);
    setProblem(found);
    field.current?.focus();
    if (found !== undefined) return;
    void configure({ hostNames: [...added, name] }).then((isTaken) => {
      if (isTaken) setTyped('');
    });
  };
  return (
    <div className={classes['root']}>
      <ul className={classes['list']} aria-label="Names in the certificate">
        {fixed.map((name) => (
          <li key={name} className={classes['name']}>
            {visibleText(name)}
          </li>
        ))}
        {added.map((name) => (
          <li key={name} className={classes['name']} data-added>
            {visibleText(name)}
            <IconAction
              size="small"
              label={`Remove ${visibleText(name)} from the certificate`}
              icon={<IconX size={12} />}
              disabledReason={pending === null ? undefined : 'The certificate is being made.'}
              onClick={() => {
                field.current?.focus();
                void configure({ hostNames: added.filter((one) => one !== name) });
              }}
            />
          </li>
        ))}
      </ul>
      <form className={classes['form']} onSubmit={submit} noValidate>
        <TextInput
          ref={field}
          aria-label="Another name for the certificate"
          placeholder="Another name, such as registry.lan"
          value={typed}
          error={problem}
          spellCheck={false}
          autoComplete="off"
          className={classes['field'] ?? ''}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            setProblem(undefined);
          }}
        />
        <Button type="submit" loading={pending !== null}>
          Add name
        </Button>
      </form>
      {error !== null && <ErrorState variant="inline" error={error} />}
    </div>
  );
};
