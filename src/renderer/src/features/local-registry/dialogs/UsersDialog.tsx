import { Button } from '@mantine/core';
import { IconTrash, IconUser } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import type { ContractError } from '#contract/result';
import { ErrorState } from '#components/ErrorState';
import { IconAction } from '#components/IconAction';
import { LiveText } from '#components/LiveText';
import { api, callOrThrow, toContractError } from '#lib/api';
import { useLocal } from '#lib/local';
import { visibleText } from '#oci/text';
import { useKeepView } from '../use-configure';
import { Frame } from './Frame';
import { Heading, Hint } from './parts';
import { UserForm } from './UserForm';
import classes from './UsersDialog.module.css';

const none: readonly string[] = [];

const Users = ({
  users,
  onRemove,
}: {
  readonly users: readonly string[];
  readonly onRemove: (name: string, at: number) => void;
}) => (
  <ul className={classes['list']} aria-label="Users">
    {users.map((name, at) => (
      <li key={name} className={classes['user']}>
        <IconUser size={15} stroke={1.7} aria-hidden />
        <span className={classes['name']}>{visibleText(name)}</span>
        <IconAction
          size="small"
          data-remove-user
          label={`Remove ${visibleText(name)}`}
          icon={<IconTrash size={14} stroke={1.7} />}
          onClick={() => onRemove(name, at)}
        />
      </li>
    ))}
  </ul>
);

const useRemoveUser = (say: (text: string) => void) => {
  const keep = useKeepView();
  const [error, setError] = useState<ContractError | null>(null);
  const remove = async (name: string): Promise<void> => {
    setError(null);
    try {
      keep(await callOrThrow(api.local.removeUser({ name })));
      say(`${name} is removed`);
    } catch (thrown) {
      setError(toContractError(thrown));
    }
  };
  return { error, remove };
};

/** Who may log in. Without any user, nobody needs to. */
export const UsersDialog = ({ onClose }: { readonly onClose: () => void }) => {
  const users = useLocal()?.users ?? none;
  const [said, setSaid] = useState('');
  const { error, remove } = useRemoveUser(setSaid);
  const root = useRef<HTMLDivElement>(null);
  /** The focus goes to the button in the place of the pressed one, else to the form. */
  const onRemove = (name: string, at: number): void => {
    const buttons = root.current?.querySelectorAll<HTMLElement>('[data-remove-user]') ?? [];
    const field = root.current?.querySelector<HTMLElement>('input');
    (buttons[at + 1] ?? buttons[at - 1] ?? field)?.focus();
    void remove(name);
  };
  return (
    <Frame
      title="Users of the local registry"
      onClose={onClose}
      footer={
        <Button variant="filled" onClick={onClose}>
          Done
        </Button>
      }
    >
      <div ref={root} className={classes['root']}>
        {users.length === 0 ? (
          <Hint>
            Nobody needs to log in: whoever reaches the registry may push and pull. From the first
            user on, everybody has to log in. Tagboat itself does so on its own.
          </Hint>
        ) : (
          <>
            <Users users={users} onRemove={onRemove} />
            <Hint>
              Each may push, pull and delete. Passwords are kept as bcrypt hashes; nobody can read
              them back.
            </Hint>
          </>
        )}
        {error !== null && <ErrorState variant="inline" error={error} />}
        <section aria-labelledby="local-add-user">
          <Heading id="local-add-user">Add a user</Heading>
          <UserForm users={users} isFirst onAdded={(name) => setSaid(`${name} is added`)} />
        </section>
      </div>
      <LiveText text={visibleText(said)} />
    </Frame>
  );
};
