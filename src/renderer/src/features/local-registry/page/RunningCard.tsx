import { Button, SegmentedControl } from '@mantine/core';
import { IconAdjustments } from '@tabler/icons-react';
import { type LocalLogLevel, type LocalView, localLogLevelSchema } from '#contract/local';
import { ErrorState } from '#components/ErrorState';
import { visibleText } from '#oci/text';
import { openLocalDialog } from '#state/local';
import { useConfigure } from '../use-configure';
import { Card } from './Card';
import { SettingRow, SwitchRow } from './SettingRow';

const levels: readonly { readonly value: LocalLogLevel; readonly label: string }[] = [
  { value: 'info', label: 'Info' },
  { value: 'warn', label: 'Warn' },
  { value: 'error', label: 'Error' },
];

/** Host and port of a webhook are enough to know it by; its path may hold a token. */
const webhookWords = (url: string | null): string => {
  if (url === null) return 'nobody is told';
  return URL.canParse(url) ? new URL(url).host : 'set';
};

/** How the registry runs: when it starts, where it listens, whom it tells, what it writes down. */
export const RunningCard = ({ local }: { readonly local: LocalView }) => {
  const { pending, error, configure } = useConfigure();
  const settings = { ...local.settings, ...pending };
  return (
    <Card id="running" title="Running" icon={<IconAdjustments size={16} stroke={1.7} />}>
      <SwitchRow
        name="Starts with Tagboat"
        isOn={settings.startsWithApp === true}
        hint="Off: it is started by hand"
        onChange={(startsWithApp) => void configure({ startsWithApp })}
      />
      <SwitchRow
        name="Goes on in the tray"
        isOn={settings.staysInTray === true}
        hint="On: it goes on, with an icon in the tray, when the window is closed"
        onChange={(staysInTray) => void configure({ staysInTray })}
      />
      <SettingRow name="Port" value={<span className="tb-mono">{local.settings.port}</span>}>
        <Button
          size="compact-sm"
          aria-haspopup="dialog"
          aria-label="Change the port"
          onClick={() => openLocalDialog('port')}
        >
          Change…
        </Button>
      </SettingRow>
      <SettingRow name="Webhook" value={visibleText(webhookWords(local.settings.webhookUrl))}>
        <Button
          size="compact-sm"
          aria-haspopup="dialog"
          aria-label="Change the webhook"
          onClick={() => openLocalDialog('webhook')}
        >
          {local.settings.webhookUrl === null ? 'Set…' : 'Change…'}
        </Button>
      </SettingRow>
      <SettingRow name="Log level">
        <SegmentedControl
          size="xs"
          aria-label="Log level"
          data={[...levels]}
          value={settings.logLevel ?? 'info'}
          onChange={(level) => void configure({ logLevel: localLogLevelSchema.parse(level) })}
        />
      </SettingRow>
      {error !== null && <ErrorState variant="inline" error={error} />}
    </Card>
  );
};
