import { Button } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import type { LocalView } from '#contract/local';
import { ErrorState } from '#components/ErrorState';
import { formatDay, reachWords } from '#lib/local-words';
import { visibleText } from '#oci/text';
import { openLocalDialog } from '#state/local';
import { useConfigure } from '../use-configure';
import { Card } from './Card';
import { SettingRow, SwitchRow } from './SettingRow';

const usersWords = (users: readonly string[]): string =>
  users.length === 0 ? 'nobody needs to log in' : users.map((name) => visibleText(name)).join(', ');

const certificateWords = ({ certificate }: LocalView): string =>
  certificate === undefined ? 'of its own CA' : `until ${formatDay(certificate.expiresAt)}`;

/** Who can reach the registry, who may log in, and what they may do. */
export const AccessCard = ({ local }: { readonly local: LocalView }) => {
  const { pending, error, configure } = useConfigure();
  const settings = { ...local.settings, ...pending };
  return (
    <Card id="access" title="Access" icon={<IconLock size={16} stroke={1.7} />}>
      <SettingRow
        name="Reachable from"
        value={
          <span
            data-hint={
              local.settings.reach === 'network'
                ? 'Every address of this machine'
                : '127.0.0.1 only'
            }
          >
            {reachWords[local.settings.reach]}
          </span>
        }
      >
        <Button
          size="compact-sm"
          aria-haspopup="dialog"
          aria-label={
            local.settings.reach === 'network' ? 'Sharing on the network' : 'Share on the network'
          }
          onClick={() => openLocalDialog('share')}
        >
          {local.settings.reach === 'network' ? 'Sharing…' : 'Share…'}
        </Button>
      </SettingRow>
      <SettingRow name="Users" value={usersWords(local.users)}>
        <Button
          size="compact-sm"
          aria-haspopup="dialog"
          aria-label="Users of the local registry"
          onClick={() => openLocalDialog('users')}
        >
          Users…
        </Button>
      </SettingRow>
      <SwitchRow
        name="TLS"
        value={settings.tls === true ? '' : 'plain HTTP'}
        isOn={settings.tls === true}
        hint="HTTPS with a certificate of a CA that was made on this machine and never leaves it"
        onChange={(tls) => void configure({ tls })}
      />
      {local.settings.tls && (
        <SettingRow name="Certificate" value={certificateWords(local)}>
          <Button
            size="compact-sm"
            aria-haspopup="dialog"
            aria-label="Trust the CA"
            onClick={() => openLocalDialog('trust')}
          >
            Trust…
          </Button>
        </SettingRow>
      )}
      <SwitchRow
        name="Deletes allowed"
        isOn={settings.canDelete === true}
        hint="Off: a request to delete a tag or an image is refused"
        onChange={(canDelete) => void configure({ canDelete })}
      />
      <SwitchRow
        name="Read-only"
        isOn={settings.readOnly === true}
        hint="On: pushes and deletes are refused, pulls go on"
        onChange={(readOnly) => void configure({ readOnly })}
      />
      {error !== null && <ErrorState variant="inline" error={error} />}
    </Card>
  );
};
