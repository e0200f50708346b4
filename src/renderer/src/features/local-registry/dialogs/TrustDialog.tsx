import { Button, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { LocalView } from '#contract/local';
import type { LocalTrust } from '#contract/local-guide';
import { CopyButton } from '#components/CopyButton';
import { ErrorState } from '#components/ErrorState';
import { SkeletonRows } from '#components/SkeletonRows';
import { api, callOrThrow, toContractError } from '#lib/api';
import { queryKeys } from '#lib/keys';
import { useLocal } from '#lib/local';
import { formatDay } from '#lib/local-words';
import { visibleText } from '#oci/text';
import { CodeBlock } from '../CodeBlock';
import { Frame } from './Frame';
import { GuideSteps } from './GuideSteps';
import { HostNames } from './HostNames';
import { Heading } from './parts';
import classes from './TrustDialog.module.css';

const useTrust = (local: LocalView | undefined) =>
  useQuery({
    queryKey: [...queryKeys.localTrust, local?.host, local?.certificate],
    queryFn: () => callOrThrow(api.local.trust({})),
    staleTime: 0,
    gcTime: 0,
    placeholderData: (before: LocalTrust | undefined) => before,
  });

const Guides = ({ guides }: { readonly guides: LocalTrust['guides'] }) => (
  <Tabs defaultValue={guides[0]?.target ?? null} keepMounted={false}>
    <Tabs.List aria-label="Who is to trust it" className={classes['tabs'] ?? ''}>
      {guides.map(({ target, title }) => (
        <Tabs.Tab key={target} value={target}>
          {visibleText(title)}
        </Tabs.Tab>
      ))}
    </Tabs.List>
    {guides.map(({ target, steps }) => (
      <Tabs.Panel key={target} value={target} className={classes['panel'] ?? ''}>
        <GuideSteps steps={steps} />
      </Tabs.Panel>
    ))}
  </Tabs>
);

const Ca = ({ trust }: { readonly trust: LocalTrust }) => (
  <div className={classes['ca']}>
    <dl className={classes['facts']}>
      <div>
        <dt>SHA-256</dt>
        <dd>
          <code>{trust.caFingerprint}</code>
          <CopyButton text={trust.caFingerprint} label="Copy the fingerprint" />
        </dd>
      </div>
      <div>
        <dt>Valid until</dt>
        <dd>{formatDay(trust.caExpiresAt)}</dd>
      </div>
    </dl>
    <details>
      <summary className={classes['summary']}>The CA as PEM</summary>
      <CodeBlock title="ca.crt" text={trust.caPem} copyLabel="Copy the CA" isPath />
    </details>
  </div>
);

/** How docker, podman and the operating systems are told to trust the CA: as commands and changes, never done silently. */
export const TrustDialog = ({ onClose }: { readonly onClose: () => void }) => {
  const local = useLocal();
  const { data: trust, error } = useTrust(local);
  return (
    <Frame
      title="Trust this CA"
      subtitle="It was made on this machine, and its key never leaves it. Tagboat changes nothing by itself: these are the steps."
      size={720}
      onClose={onClose}
      footer={
        <Button variant="filled" data-autofocus onClick={onClose}>
          Done
        </Button>
      }
    >
      {error !== null && <ErrorState variant="inline" error={toContractError(error)} />}
      {trust === undefined && error === null && (
        <SkeletonRows count={6} label="Reading the certificate" />
      )}
      {trust !== undefined && <Ca trust={trust} />}
      {trust !== undefined && <Guides guides={trust.guides} />}
      {local !== undefined && (
        <section aria-labelledby="trust-names">
          <Heading id="trust-names">Names in the certificate</Heading>
          <HostNames local={local} />
        </section>
      )}
    </Frame>
  );
};
