import type { FunctionComponent } from 'react';
import type { LocalDialogName } from '#state/dialogs';
import { BackUpDialog } from './BackUpDialog';
import { CheckDialog } from './CheckDialog';
import { CollectDialog } from './CollectDialog';
import { FolderDialog } from './FolderDialog';
import { GraduateDialog } from './GraduateDialog';
import { RepositoriesDialog } from './RepositoriesDialog';
import { RestoreDialog } from './RestoreDialog';
import { ShareDialog } from './ShareDialog';
import { TrustDialog } from './TrustDialog';
import { UseFromDialog } from './UseFromDialog';
import { UsersDialog } from './UsersDialog';
import { ValueDialogs } from './ValueDialogs';

type Close = { readonly onClose: () => void };

const dialogs: Readonly<Record<LocalDialogName, FunctionComponent<Close>>> = {
  collect: CollectDialog,
  check: CheckDialog,
  'back-up': BackUpDialog,
  restore: RestoreDialog,
  folder: FolderDialog,
  repositories: RepositoriesDialog,
  users: UsersDialog,
  share: ShareDialog,
  trust: TrustDialog,
  'use-from': UseFromDialog,
  graduate: GraduateDialog,
  limit: (props) => <ValueDialogs {...props} name="limit" />,
  port: (props) => <ValueDialogs {...props} name="port" />,
  webhook: (props) => <ValueDialogs {...props} name="webhook" />,
};

/** The dialogs of the local registry, by name. */
export const LocalDialog = ({ name, onClose }: Close & { readonly name: LocalDialogName }) => {
  const Dialog = dialogs[name];
  return <Dialog onClose={onClose} />;
};
