import { Button, Menu } from '@mantine/core';
import {
  IconArchive,
  IconArrowUpRight,
  IconDots,
  IconPlayerPlay,
  IconPlayerStop,
  IconPlugConnected,
  IconRestore,
  IconShieldCheck,
  IconStethoscope,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { LocalView } from '#contract/local';
import { CopyButton } from '#components/CopyButton';
import { IconAction } from '#components/IconAction';
import { LiveText } from '#components/LiveText';
import { StateDot } from '#components/StateDot';
import { contentWords, localDotOf, localStateWords, notRunningReason } from '#lib/local-words';
import { useNow } from '#lib/now';
import { visibleText } from '#oci/text';
import type { LocalDialogName } from '#state/dialogs';
import { openLocalDialog } from '#state/local';
import { startLocal, stopLocal } from '#state/local-control';
import classes from './PageHeader.module.css';

const icon = { size: 15, stroke: 1.7 };

const Item = ({
  label,
  name,
  icon: sign,
  disabledReason,
}: {
  readonly label: string;
  readonly name: LocalDialogName;
  readonly icon: ReactNode;
  readonly disabledReason?: string | undefined;
}) => (
  <Menu.Item
    leftSection={sign}
    aria-disabled={disabledReason === undefined ? undefined : true}
    title={disabledReason}
    onClick={() => {
      if (disabledReason === undefined) openLocalDialog(name);
    }}
  >
    {label}
  </Menu.Item>
);

const More = ({ local }: { readonly local: LocalView }) => {
  const reason = notRunningReason(local);
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <IconAction
          label="More for the local registry"
          className={classes['more']}
          icon={<IconDots size={16} />}
        />
      </Menu.Target>
      <Menu.Dropdown>
        <Item
          label="Check the storage…"
          name="check"
          icon={<IconStethoscope {...icon} />}
          disabledReason={reason}
        />
        <Item
          label="Back up…"
          name="back-up"
          icon={<IconArchive {...icon} />}
          disabledReason={reason}
        />
        <Item label="Restore…" name="restore" icon={<IconRestore {...icon} />} />
        <Menu.Divider />
        <Item
          label="Trust the CA…"
          name="trust"
          icon={<IconShieldCheck {...icon} />}
          disabledReason={local.settings.tls ? undefined : 'TLS is off.'}
        />
      </Menu.Dropdown>
    </Menu>
  );
};

const OnOff = ({ local: { state } }: { readonly local: LocalView }) => {
  if (state.kind === 'off' || state.kind === 'failed' || state.kind === 'stopping') {
    return (
      <Button
        // After a failure the page's own words have the button that stands out.
        variant={state.kind === 'failed' ? 'default' : 'filled'}
        loading={state.kind === 'stopping'}
        leftSection={<IconPlayerPlay {...icon} />}
        onClick={startLocal}
      >
        Start
      </Button>
    );
  }
  return (
    <Button
      loading={state.kind === 'starting'}
      leftSection={<IconPlayerStop {...icon} />}
      onClick={stopLocal}
    >
      Stop
    </Button>
  );
};

/** Name, state, address and contents of the registry, and what can be done with it as a whole. */
export const PageHeader = ({ local }: { readonly local: LocalView }) => {
  const now = useNow();
  const { state } = local;
  const words = localStateWords(state, now);
  const content = contentWords(local);
  return (
    <header className={classes['root']}>
      <div className={classes['names']}>
        <h1 className={classes['title']}>Local registry</h1>
        <div className={classes['facts']}>
          <span className={classes['state']} data-state={localDotOf(state)}>
            <StateDot state={localDotOf(state)} label="" />
            {words}
          </span>
          <span className={classes['address']}>
            <code>{visibleText(local.host)}</code>
            <CopyButton text={local.host} label="Copy the address" />
          </span>
          {content !== '' && <span className={classes['content']}>{content}</span>}
        </div>
      </div>
      <LiveText text={`Local registry: ${words}`} />
      <div className={classes['actions']}>
        <Button
          aria-haspopup="dialog"
          leftSection={<IconPlugConnected {...icon} />}
          onClick={() => openLocalDialog('use-from')}
        >
          Use it from…
        </Button>
        <Button
          aria-haspopup="dialog"
          leftSection={<IconArrowUpRight {...icon} />}
          onClick={() => openLocalDialog('graduate')}
        >
          Graduate…
        </Button>
        <OnOff local={local} />
        <More local={local} />
      </div>
    </header>
  );
};
