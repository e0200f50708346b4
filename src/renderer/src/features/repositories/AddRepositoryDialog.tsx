import { Button, Modal, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { RegistryView } from '#contract/registry';
import type { ContractError } from '#contract/result';
import { ErrorState } from '#components/ErrorState';
import { api, streamToEnd, toContractError } from '#lib/api';
import { queryKeys } from '#lib/keys';
import { tryParseRepositoryName } from '#oci/repository-name';
import { visibleText } from '#oci/text';
import { useSelection } from '#state/selection';
import classes from './AddRepositoryDialog.module.css';

type Asking =
  | { readonly kind: 'idle' }
  | { readonly kind: 'asking' }
  | { readonly kind: 'missing'; readonly repository: string }
  | { readonly kind: 'failed'; readonly error: ContractError };

/** `docker.io/library/debian:12` as pasted → `library/debian`. */
const nameFrom = (typed: string, host: string): string => {
  const text = typed.trim();
  const own = text.startsWith(`${host}/`) ? text.slice(host.length + 1) : text;
  return own.replace(/@.*$/u, '').replace(/:[^/:]*$/u, '');
};

const fieldError = (typed: string, name: string): string | undefined => {
  if (typed.trim() === '' || tryParseRepositoryName(name) !== undefined) return undefined;
  return 'Lower-case letters and digits, joined by . _ - and /, like team/app.';
};

const useAskRegistry = (registry: RegistryView, onDone: () => void) => {
  const client = useQueryClient();
  const [asking, setAsking] = useState<Asking>({ kind: 'idle' });
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const ask = async (repository: string): Promise<void> => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    setAsking({ kind: 'asking' });
    try {
      const answer = await streamToEnd(
        api.repository.add,
        { registryId: registry.id, repository },
        { signal: controller.signal },
      );
      if (!answer.exists) {
        setAsking({ kind: 'missing', repository: answer.repository });
        return;
      }
      await client.invalidateQueries({ queryKey: queryKeys.repositories(registry.id) });
      useSelection.getState().selectRepository(registry.id, answer.repository);
      onDone();
    } catch (thrown) {
      if (!controller.signal.aborted) setAsking({ kind: 'failed', error: toContractError(thrown) });
    }
  };
  return { asking, ask, reset: () => setAsking({ kind: 'idle' }) };
};

/** Keeps a repository by name, after asking the registry whether it is there. */
export const AddRepositoryDialog = ({
  registry,
  initialName = '',
  onClose,
}: {
  readonly registry: RegistryView;
  readonly initialName?: string | undefined;
  readonly onClose: () => void;
}) => {
  const [typed, setTyped] = useState(initialName);
  const [isTouched, setTouched] = useState(false);
  const { asking, ask, reset } = useAskRegistry(registry, onClose);
  const name = nameFrom(typed, registry.host);
  const problem = fieldError(typed, name);
  const missing =
    asking.kind === 'missing'
      ? `${visibleText(registry.name)} has no repository ${asking.repository}, or this login may not see it.`
      : undefined;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTouched(true);
    if (name !== '' && problem === undefined) void ask(name);
  };
  return (
    <Modal opened onClose={onClose} title="Add a repository by name" size={480}>
      <form className={classes['form']} onSubmit={submit} noValidate>
        {registry.catalog === 'closed' && (
          <p className={classes['reason']}>
            {visibleText(registry.name)} does not list its repositories, so Tagboat remembers the
            ones you add.
          </p>
        )}
        <TextInput
          label="Repository"
          description={`The part after ${visibleText(registry.host)}/. A whole reference can be pasted.`}
          placeholder="team/app"
          value={typed}
          error={missing ?? (isTouched ? problem : undefined)}
          data-autofocus
          spellCheck={false}
          autoComplete="off"
          onBlur={() => setTouched(true)}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            reset();
          }}
        />
        {asking.kind === 'failed' && (
          <ErrorState
            variant="inline"
            error={asking.error}
            registryId={registry.id}
            onRetry={() => void ask(name)}
          />
        )}
        <div className={classes['buttons']}>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="filled" loading={asking.kind === 'asking'}>
            Add repository
          </Button>
        </div>
      </form>
    </Modal>
  );
};
