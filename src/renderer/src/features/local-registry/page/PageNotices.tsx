import { Button } from '@mantine/core';
import type { LocalSpaceState, LocalView } from '#contract/local';
import { ActionButton } from '#components/ActionButton';
import { ErrorDetails } from '#components/ErrorDetails';
import { formatBytes } from '#lib/format';
import { formatLimit, formatMoment, notRunningReason } from '#lib/local-words';
import { useNow } from '#lib/now';
import { visibleText } from '#oci/text';
import { openLocalDialog } from '#state/local';
import { openLocalFolder, restartLocal, startLocal } from '#state/local-control';
import { LocalNotice } from './LocalNotice';
import classes from './LocalNotice.module.css';

/** It stopped by itself, or could not start: why, and what can be done here. */
const Failure = ({ local }: { readonly local: LocalView }) => {
  const { state } = local;
  if (state.kind !== 'failed') return null;
  const isPort = state.error.detail.field === 'port';
  return (
    <LocalNotice
      level="danger"
      title="The local registry is not running"
      actions={
        <>
          <Button variant="filled" onClick={startLocal}>
            Start again
          </Button>
          {isPort && (
            <Button aria-haspopup="dialog" onClick={() => openLocalDialog('port')}>
              Change the port…
            </Button>
          )}
          {!isPort && (
            <>
              <Button aria-haspopup="dialog" onClick={() => openLocalDialog('folder')}>
                Other folder…
              </Button>
              <Button onClick={openLocalFolder}>Open folder</Button>
            </>
          )}
        </>
      }
    >
      <p className={classes['paragraph']}>{visibleText(state.error.message)}</p>
      <ErrorDetails error={state.error} />
    </LocalNotice>
  );
};

const Silence = ({ local }: { readonly local: LocalView }) => {
  const now = useNow();
  const { state } = local;
  if (state.kind !== 'running' || state.silentSince === undefined) return null;
  return (
    <LocalNotice
      level="warning"
      title="The local registry does not answer"
      actions={
        <Button variant="filled" onClick={restartLocal}>
          Restart it
        </Button>
      }
    >
      Its process has been silent since {formatMoment(state.silentSince, now)}. It may be waiting
      for a slow disk. A restart breaks off requests under way; nothing that was pushed to the end
      is lost.
    </LocalNotice>
  );
};

const TakenPort = ({ local: { takenPort, host } }: { readonly local: LocalView }) => {
  if (takenPort === undefined) return null;
  const { port, holder } = takenPort;
  return (
    <LocalNotice
      level="info"
      title={`Port ${port} is taken${holder === undefined ? '' : ` by ${visibleText(holder)}`}`}
      actions={
        <Button aria-haspopup="dialog" onClick={() => openLocalDialog('port')}>
          Change the port…
        </Button>
      }
    >
      The registry took the next free one. Its address is <code>{visibleText(host)}</code> until the
      wanted port is free at a start.
    </LocalNotice>
  );
};

type Tightness = Exclude<LocalSpaceState, 'fine'>;

const tightTitles: Readonly<Record<Tightness, string>> = {
  'near-limit': 'The storage limit is near',
  'over-limit': 'The storage limit is reached',
  'disk-nearly-full': 'The disk is nearly full',
  'disk-full': 'The disk is full',
};

const tightWords = (kind: Tightness, { usedBytes, freeBytes, settings }: LocalView): string => {
  const used = usedBytes === undefined ? '' : formatBytes(usedBytes);
  const limit = settings.limitBytes === null ? '' : formatLimit(settings.limitBytes);
  const free = freeBytes === undefined ? 'Little room is' : `${formatBytes(freeBytes)} are`;
  const words: Readonly<Record<Tightness, string>> = {
    'near-limit': `${used} of ${limit} are used. Pushes are refused when the limit is reached.`,
    'over-limit': `${used} are used, and the limit is ${limit}. Pushes are refused until there is room; pulls and deletes go on.`,
    'disk-nearly-full': `${free} left on the disk of the storage folder.`,
    'disk-full': `${free} left on the disk of the storage folder. Pushes fail until there is room; pulls go on.`,
  };
  return words[kind];
};

const isTight = (space: LocalSpaceState): space is Tightness => space !== 'fine';

const Space = ({ local }: { readonly local: LocalView }) => {
  const { space } = local;
  if (!isTight(space)) return null;
  const isFull = space === 'over-limit' || space === 'disk-full';
  const isLimit = space === 'near-limit' || space === 'over-limit';
  return (
    <LocalNotice
      level={isFull ? 'danger' : 'warning'}
      title={tightTitles[space]}
      actions={
        <>
          <ActionButton
            variant="filled"
            aria-haspopup="dialog"
            disabledReason={notRunningReason(local)}
            onClick={() => openLocalDialog('collect')}
          >
            Collect garbage…
          </ActionButton>
          <ActionButton
            aria-haspopup="dialog"
            disabledReason={notRunningReason(local)}
            onClick={() => openLocalDialog('repositories')}
          >
            Biggest repositories…
          </ActionButton>
          <Button
            aria-haspopup="dialog"
            onClick={() => openLocalDialog(isLimit ? 'limit' : 'folder')}
          >
            {isLimit ? 'Change the limit…' : 'Move the folder…'}
          </Button>
        </>
      }
    >
      {tightWords(space, local)}
    </LocalNotice>
  );
};

/** What needs the user, above the cards. Nothing while all is well. */
export const PageNotices = ({ local }: { readonly local: LocalView }) => (
  <>
    <Failure local={local} />
    <Silence local={local} />
    <Space local={local} />
    <TakenPort local={local} />
  </>
);
