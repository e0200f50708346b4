import { PasswordInput, Radio, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { FoundLogin } from '#contract/registry';
import { api, callOrThrow } from '#lib/api';
import { queryKeys } from '#lib/keys';
import { visibleText } from '#oci/text';
import type { LoginChoice } from './form';
import classes from './RegistryDialog.module.css';
import type { FormControl } from './use-registry-form';

const typedMs = 400;
const noLogins: readonly FoundLogin[] = [];

/** The text after it stood still for a moment. */
const useSettled = (text: string): string => {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), typedMs);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
};

/** Logins that docker, podman or a helper already has for the address. None while it is typed or is no address. */
const useFoundLogins = (address: string): readonly FoundLogin[] => {
  const settled = useSettled(address.trim());
  const { data } = useQuery({
    queryKey: queryKeys.logins(settled),
    queryFn: () => callOrThrow(api.registry.logins({ address: settled })),
    enabled: settled !== '',
    staleTime: 0,
  });
  return data ?? noLogins;
};

const isChoice = (value: string): value is LoginChoice =>
  value === 'none' || value === 'keep' || value === 'password' || value.startsWith('found:');

const foundWords = ({ username, where }: FoundLogin): string =>
  username === undefined
    ? visibleText(where)
    : `${visibleText(username)}, in ${visibleText(where)}`;

const PasswordFields = ({ control }: { readonly control: FormControl }) => {
  const { form, errors, change, checkSoon, registry } = control;
  const isStored = registry !== undefined && registry.credential.kind !== 'none';
  return (
    <div className={classes['pair']}>
      <TextInput
        id="registry-username"
        label="User name"
        value={form.username}
        error={errors.username}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => change({ username: event.currentTarget.value })}
        onBlur={checkSoon}
      />
      <PasswordInput
        id="registry-secret"
        label="Password or token"
        value={form.secret}
        error={errors.secret}
        placeholder={isStored ? 'A new one' : ''}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ 'aria-label': 'Show what is typed', tabIndex: 0 }}
        onChange={(event) => change({ secret: event.currentTarget.value })}
        onBlur={checkSoon}
      />
    </div>
  );
};

const storedWords = ({ registry }: FormControl): string => {
  if (registry === undefined) return '';
  const { username, keptIn } = registry.credential;
  return [username === undefined ? '' : visibleText(username), keptIn === '' ? '' : `in ${keptIn}`]
    .filter(Boolean)
    .join(', ');
};

/** How to log in: not at all, with what is stored, with what docker has, or with a password. */
export const LoginFields = ({ control }: { readonly control: FormControl }) => {
  const { form, errors, registry, change, changeAndCheck } = control;
  const logins = useFoundLogins(form.address);
  const { credential } = registry ?? {};
  const canKeep =
    credential !== undefined && credential.kind !== 'none' && credential.foundSource === undefined;
  const choose = (value: string): void => {
    if (!isChoice(value)) return;
    if (value === 'password') change({ login: value });
    else changeAndCheck({ login: value, secret: '' });
  };
  return (
    <div className={classes['login']}>
      <Radio.Group
        label="Login"
        value={form.login}
        onChange={choose}
        error={form.login === 'password' ? undefined : errors.secret}
      >
        <div className={classes['choices']}>
          <Radio size="xs" value="none" label="None: read what is public" />
          {canKeep && (
            <Radio
              size="xs"
              value="keep"
              label="Keep the stored password"
              description={storedWords(control)}
            />
          )}
          {logins.map((login) => (
            <Radio
              key={login.source}
              size="xs"
              value={`found:${login.source}`}
              label="Use the login that docker already has"
              description={foundWords(login)}
            />
          ))}
          <Radio size="xs" value="password" label="User name and password" />
        </div>
      </Radio.Group>
      {form.login === 'password' && <PasswordFields control={control} />}
    </div>
  );
};
