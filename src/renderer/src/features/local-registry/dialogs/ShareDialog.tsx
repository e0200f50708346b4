import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconCheck, IconCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { LocalView } from '#contract/local';
import type { LocalExposure } from '#contract/local-guide';
import { ActionButton } from '#components/ActionButton';
import { CopyButton } from '#components/CopyButton';
import { ErrorState } from '#components/ErrorState';
import { SkeletonRows } from '#components/SkeletonRows';
import { api, callOrThrow, toContractError } from '#lib/api';
import { queryKeys } from '#lib/keys';
import { useLocal } from '#lib/local';
import { visibleText } from '#oci/text';
import { openLocalDialog } from '#state/local';
import { type Configure, useConfigure } from '../use-configure';
import { Frame } from './Frame';
import { HostNames } from './HostNames';
import { Heading, Hint, Sentences } from './parts';
import classes from './ShareDialog.module.css';
import { UserForm } from './UserForm';

/** Asked again whenever something that it depends on changes. */
const useExposure = (local: LocalView | undefined) =>
  useQuery({
    queryKey: [...queryKeys.localExposure, local?.settings, local?.users],
    queryFn: () => callOrThrow(api.local.exposure({})),
    staleTime: 0,
    gcTime: 0,
    placeholderData: (before: LocalExposure | undefined) => before,
  });

const Need = ({
  isMet,
  title,
  children,
}: {
  readonly isMet: boolean;
  readonly title: string;
  readonly children: ReactNode;
}) => (
  <li className={classes['need']} data-met={isMet || undefined}>
    <span className={classes['sign']} aria-hidden>
      {isMet ? <IconCheck size={16} stroke={2} /> : <IconCircle size={16} stroke={1.5} />}
    </span>
    <div className={classes['needBody']}>
      <span className={classes['needTitle']}>
        {title}
        <span className="tb-visually-hidden">{isMet ? ': done' : ': to do'}</span>
      </span>
      {children}
    </div>
  </li>
);

const Needs = ({
  local,
  missing,
  control,
}: {
  readonly local: LocalView;
  readonly missing: LocalExposure['missing'];
  readonly control: Configure;
}) => (
  <ol className={classes['needs']} aria-label="What sharing needs">
    <Need
      isMet={!missing.includes('user')}
      title="A user, so that not everybody may push and delete"
    >
      {missing.includes('user') ? (
        <UserForm users={local.users} onAdded={() => undefined} />
      ) : (
        <Hint>{local.users.map((name) => visibleText(name)).join(', ')}</Hint>
      )}
    </Need>
    <Need
      isMet={!missing.includes('tls')}
      title="TLS, so that passwords do not travel in the clear"
    >
      {missing.includes('tls') ? (
        <div>
          <Button
            loading={control.pending?.tls === true}
            onClick={() => void control.configure({ tls: true })}
          >
            Turn on TLS
          </Button>
        </div>
      ) : (
        <Hint>With a certificate of its own CA; who uses it has to trust that CA once.</Hint>
      )}
    </Need>
  </ol>
);

const Addresses = ({
  addresses,
  port,
}: {
  readonly addresses: readonly string[];
  readonly port: number;
}) => (
  <ul className={classes['addresses']} aria-label="Addresses">
    {addresses.map((address) => {
      // An address may come with its port; IPv6 stands in brackets then.
      const text = /(\]|^[^:]*):\d+$/u.test(address)
        ? address
        : `${address.includes(':') ? `[${address}]` : address}:${port}`;
      return (
        <li key={address} className={classes['address']}>
          <code>{visibleText(text)}</code>
          <CopyButton text={text} label={`Copy ${visibleText(text)}`} />
        </li>
      );
    })}
  </ul>
);

const Body = ({
  local,
  exposure,
  control,
}: {
  readonly local: LocalView;
  readonly exposure: LocalExposure;
  readonly control: Configure;
}) => {
  const isShared = local.settings.reach === 'network';
  return (
    <>
      <section aria-labelledby="share-exposes">
        <Heading id="share-exposes">{isShared ? 'What is exposed' : 'What it exposes'}</Heading>
        <Sentences sentences={exposure.sentences} label="What it exposes, and to whom" />
      </section>
      {exposure.addresses.length > 0 && (
        <section aria-labelledby="share-addresses">
          <Heading id="share-addresses">
            {isShared ? 'Others see it as' : 'Others would see it as'}
          </Heading>
          <Addresses addresses={exposure.addresses} port={local.settings.port} />
        </section>
      )}
      {!isShared && (
        <section aria-labelledby="share-needs">
          <Heading id="share-needs">What it needs first</Heading>
          <Needs local={local} missing={exposure.missing} control={control} />
        </section>
      )}
      {local.settings.tls && (
        <section aria-labelledby="share-names">
          <Heading id="share-names">Names in the certificate</Heading>
          <HostNames local={local} />
        </section>
      )}
      {control.error !== null && <ErrorState variant="inline" error={control.error} />}
    </>
  );
};

const missingReason = (exposure: LocalExposure | undefined): string | undefined => {
  if (exposure === undefined) return 'What it would expose is not known yet.';
  const words = exposure.missing.map((one) => (one === 'user' ? 'a user' : 'TLS'));
  return words.length === 0 ? undefined : `It needs ${words.join(' and ')} first.`;
};

/** Sharing on the network: what it exposes and to whom, what has to be there first, and only then the switch. */
export const ShareDialog = ({ onClose }: { readonly onClose: () => void }) => {
  const local = useLocal();
  const control = useConfigure();
  const { data: exposure, error } = useExposure(local);
  const isShared = local?.settings.reach === 'network';
  const isPending = control.pending?.reach !== undefined;
  return (
    <Frame
      title={isShared ? 'Shared on the network' : 'Share on the network'}
      size={620}
      onClose={onClose}
      footer={
        <>
          {local?.settings.tls === true && (
            <Button
              className={classes['left'] ?? ''}
              aria-haspopup="dialog"
              onClick={() => openLocalDialog('trust')}
            >
              How to trust the CA…
            </Button>
          )}
          {isShared ? (
            <>
              <Button
                loading={isPending}
                onClick={() => void control.configure({ reach: 'this-computer' })}
              >
                Stop sharing
              </Button>
              <Button variant="filled" onClick={onClose}>
                Done
              </Button>
            </>
          ) : (
            <>
              <Button onClick={onClose}>Cancel</Button>
              <ActionButton
                variant="filled"
                loading={isPending}
                disabledReason={missingReason(exposure)}
                onClick={() => void control.configure({ reach: 'network' })}
              >
                Share on the network
              </ActionButton>
            </>
          )}
        </>
      }
    >
      {error !== null && <ErrorState variant="inline" error={toContractError(error)} />}
      {exposure === undefined && error === null && (
        <SkeletonRows count={5} label="Asking what it would expose" />
      )}
      {local !== undefined && exposure !== undefined && (
        <Body local={local} exposure={exposure} control={control} />
      )}
    </Frame>
  );
};
