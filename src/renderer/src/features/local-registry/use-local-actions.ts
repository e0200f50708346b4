import type { LocalView } from '#contract/local';
import { useLocal } from '#lib/local';
import { isLocalOn, notRunningReason } from '#lib/local-words';
import { type Action, useRegisterActions } from '#state/actions';
import type { LocalDialogName } from '#state/dialogs';
import { openLocalDialog, openLocalPage } from '#state/local';
import {
  copyLocalAddress,
  openLocalFolder,
  restartLocal,
  startLocal,
  stopLocal,
} from '#state/local-control';
import { usePushes } from '#state/pushes';
import { showPushed } from './PushToast';
import { useSamples } from './samples';

const section = 'Local registry';

type DialogAction = {
  readonly name: LocalDialogName;
  readonly title: string;
  readonly keywords: string;
  /** It asks the running registry. */
  readonly needsRunning?: true;
};

const dialogActions: readonly DialogAction[] = [
  {
    name: 'use-from',
    title: 'Use the local registry from…',
    keywords: 'docker podman nerdctl kind minikube compose address',
  },
  {
    name: 'collect',
    title: 'Preview garbage collection…',
    keywords: 'gc free space clean disk',
    needsRunning: true,
  },
  {
    name: 'repositories',
    title: 'Biggest local repositories…',
    keywords: 'space size disk',
    needsRunning: true,
  },
  { name: 'limit', title: 'Storage limit…', keywords: 'quota disk full space' },
  { name: 'folder', title: 'Move the storage folder…', keywords: 'disk path location' },
  {
    name: 'check',
    title: 'Check the local storage…',
    keywords: 'verify digest corrupt fsck',
    needsRunning: true,
  },
  {
    name: 'back-up',
    title: 'Back up the local registry…',
    keywords: 'backup archive tar copy',
    needsRunning: true,
  },
  { name: 'restore', title: 'Restore the local registry…', keywords: 'backup archive tar' },
  { name: 'users', title: 'Users of the local registry…', keywords: 'login password htpasswd' },
  {
    name: 'share',
    title: 'Share the local registry on the network…',
    keywords: 'lan reach expose',
  },
  {
    name: 'trust',
    title: 'Trust the local registry’s CA…',
    keywords: 'tls certificate https x509 unknown authority',
  },
  { name: 'port', title: 'Port of the local registry…', keywords: 'address 5055 5000 listen' },
  { name: 'webhook', title: 'Webhook of the local registry…', keywords: 'notifications events' },
  {
    name: 'graduate',
    title: 'Graduate the local registry…',
    keywords: 'distribution compose systemd s3 production',
  },
];

const trustReason = (local: LocalView | undefined): string | undefined =>
  local?.settings.tls === true ? undefined : 'TLS is off: there is nothing to trust.';

const dialogReason = (
  { name, needsRunning }: DialogAction,
  local: LocalView | undefined,
): string | undefined => {
  if (name === 'trust') return trustReason(local);
  return needsRunning === true ? notRunningReason(local) : undefined;
};

const controlActions = (local: LocalView | undefined): readonly Action[] => {
  const isOn = isLocalOn(local?.state);
  return [
    {
      id: 'local.open',
      title: 'Local registry',
      section,
      shortcut: 'Mod+Shift+L',
      keywords: 'page storage live',
      run: openLocalPage,
    },
    {
      id: 'local.start',
      title: 'Start the local registry',
      section,
      keywords: 'on run',
      disabledReason: isOn ? 'It is on.' : undefined,
      run: startLocal,
    },
    {
      id: 'local.stop',
      title: 'Stop the local registry',
      section,
      keywords: 'off end',
      disabledReason: isOn ? undefined : 'It is off.',
      run: stopLocal,
    },
  ];
};

const otherActions = (local: LocalView | undefined): readonly Action[] => {
  const isOn = isLocalOn(local?.state);
  return [
    {
      id: 'local.restart',
      title: 'Restart the local registry',
      section,
      disabledReason: isOn ? undefined : 'It is off.',
      run: restartLocal,
    },
    {
      id: 'local.copy-address',
      title: 'Copy the address of the local registry',
      section,
      keywords: 'host port 127.0.0.1 localhost',
      run: () => copyLocalAddress(local?.host ?? ''),
    },
    {
      id: 'local.open-folder',
      title: 'Open the storage folder',
      section,
      keywords: 'files disk',
      run: openLocalFolder,
    },
    {
      id: 'local.samples',
      title: 'Add sample images',
      section,
      keywords: 'example demo push',
      disabledReason: notRunningReason(local),
      run: () => {
        openLocalPage();
        useSamples.getState().add();
      },
    },
  ];
};

/** Everything of the local registry for the palette, wherever the user is. */
export const useLocalActions = (): void => {
  const local = useLocal();
  const pushed = usePushes(({ last }) => last);
  useRegisterActions([
    ...controlActions(local),
    ...otherActions(local),
    ...dialogActions.map((action) => ({
      id: `local.${action.name}`,
      title: action.title,
      section: section as Action['section'],
      keywords: action.keywords,
      disabledReason: dialogReason(action, local),
      run: () => openLocalDialog(action.name),
    })),
    {
      id: 'local.show-pushed',
      title: 'Show the tag that was just pushed',
      section,
      keywords: 'new toast outside',
      disabledReason: pushed === null ? 'Nobody pushed since this window is open.' : undefined,
      run: () => {
        if (pushed !== null) showPushed(pushed);
      },
    },
  ]);
};
