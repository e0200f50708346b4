import { Button, PasswordInput, TextInput } from '@mantine/core';
import { type FormEvent, useRef, useState } from 'react';
import type { ContractError } from '#contract/result';
import { ErrorState } from '#components/ErrorState';
import { api, callOrThrow, toContractError } from '#lib/api';
import { useKeepView } from '../use-configure';
import classes from './UserForm.module.css';

type Problems = { readonly name?: string; readonly password?: string };

/** The same limits are in the contract: a colon would end the name in the login, bcrypt reads 72 bytes. */
export const userProblems = (
  name: string,
  password: string,
  users: readonly string[],
): Problems => {
  const nameProblem =
    name === ''
      ? 'Type a name.'
      : /[:\s\p{Cc}]/u.test(name)
        ? 'A name has no spaces and no colon.'
        : users.includes(name)
          ? `${name} is there already.`
          : undefined;
  const passwordBytes = new TextEncoder().encode(password).length;
  const passwordProblem =
    password.length < 8
      ? 'At least 8 characters.'
      : passwordBytes > 72
        ? 'At most 72 bytes.'
        : undefined;
  return {
    ...(nameProblem === undefined ? {} : { name: nameProblem }),
    ...(passwordProblem === undefined ? {} : { password: passwordProblem }),
  };
};

/** Adds a user of the local registry. Only the bcrypt hash of the password is kept. */
export const UserForm = ({
  users,
  isFirst = false,
  onAdded,
}: {
  readonly users: readonly string[];
  /** It is what its dialog is for: the focus begins here. */
  readonly isFirst?: boolean;
  readonly onAdded: (name: string) => void;
}) => {
  const keep = useKeepView();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [problems, setProblems] = useState<Problems>({});
  const [error, setError] = useState<ContractError | null>(null);
  const [isAdding, setAdding] = useState(false);
  const nameField = useRef<HTMLInputElement>(null);
  const passwordField = useRef<HTMLInputElement>(null);
  const add = async (): Promise<void> => {
    setAdding(true);
    setError(null);
    try {
      keep(await callOrThrow(api.local.addUser({ name, password })));
      setName('');
      setPassword('');
      nameField.current?.focus();
      onAdded(name);
    } catch (thrown) {
      setError(toContractError(thrown));
    } finally {
      setAdding(false);
    }
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const found = userProblems(name, password, users);
    setProblems(found);
    if (found.name !== undefined) nameField.current?.focus();
    else if (found.password !== undefined) passwordField.current?.focus();
    else void add();
  };
  return (
    <form className={classes['form']} onSubmit={submit} noValidate autoComplete="off">
      <TextInput
        ref={nameField}
        data-autofocus={isFirst || undefined}
        label="User name"
        value={name}
        error={problems.name}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <PasswordInput
        ref={passwordField}
        label="Password"
        value={password}
        error={problems.password}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ 'aria-label': 'Show what is typed', tabIndex: 0 }}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      <Button type="submit" loading={isAdding} className={classes['button'] ?? ''}>
        Add user
      </Button>
      {error !== null && (
        <div className={classes['error']}>
          <ErrorState variant="inline" error={error} />
        </div>
      )}
    </form>
  );
};
