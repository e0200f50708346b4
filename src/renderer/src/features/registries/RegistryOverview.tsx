import { Button } from '@mantine/core';
import { IconBox, IconListCheck, IconPencil, IconRefresh } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { RegistryView } from '#contract/registry';
import { ActionButton } from '#components/ActionButton';
import { ErrorState } from '#components/ErrorState';
import { ProductIcon } from '#components/ProductIcon';
import { ReadOnlyMark } from '#components/ReadOnlyMark';
import { StateDot } from '#components/StateDot';
import { formatCounted } from '#lib/format';
import { useKnownRepositories, useRepositoryCount } from '#lib/live';
import { dotOf, stateWords } from '#lib/registry-words';
import { visibleText } from '#oci/text';
import { useDialogs } from '#state/dialogs';
import classes from './RegistryOverview.module.css';
import { useRefreshRegistry } from './use-refresh-registry';

const loginWords = ({ credential }: RegistryView): string => {
  if (credential.kind === 'none') return 'None: reading what is public';
  const who =
    credential.username === undefined ? 'A stored login' : visibleText(credential.username);
  return credential.keptIn === '' ? who : `${who}, kept in ${credential.keptIn}`;
};

const securityWords = ({ plainHttp, hasCa, trustedFingerprints }: RegistryView): string => {
  if (plainHttp) return 'Plain HTTP, not encrypted';
  if (trustedFingerprints.length > 0) return 'HTTPS, a certificate trusted by its fingerprint';
  return hasCa ? 'HTTPS, with a CA of its own' : 'HTTPS, trusted by this computer';
};

const catalogWords = {
  open: 'Listed by the registry',
  closed: 'Not listed: add them by name',
  unknown: 'Not asked yet',
} as const;

const budgetWords = ({ pullBudget }: RegistryView): string | undefined =>
  pullBudget === undefined
    ? undefined
    : `${pullBudget.remaining} of ${pullBudget.limit} left in ${Math.round(pullBudget.windowSeconds / 3600)} hours`;

const changesWords = ({ readOnly, readOnlyRepositories }: RegistryView): string => {
  if (readOnly) return 'Marked read-only in Tagboat';
  const count = readOnlyRepositories.length;
  if (count === 0) return 'As far as the registry allows them';
  return `${formatCounted(count, 'repository', 'repositories')} marked read-only in Tagboat`;
};

/** The card is about one repository, and any of them will do to begin with. */
const Allows = ({ registryId }: { readonly registryId: string }) => {
  const [repository] = useKnownRepositories(registryId);
  const openDialog = useDialogs((state) => state.openDialog);
  return (
    <ActionButton
      leftSection={<IconListCheck size={15} stroke={1.7} />}
      aria-haspopup="dialog"
      disabledReason={
        repository === undefined
          ? 'It is asked in a repository, and none is known yet. Add one by name.'
          : undefined
      }
      onClick={() => {
        if (repository !== undefined) openDialog({ kind: 'capabilities', registryId, repository });
      }}
    >
      What it allows…
    </ActionButton>
  );
};

const Row = ({ name, children }: { readonly name: string; readonly children: ReactNode }) => (
  <div className={classes['row']}>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

const Card = ({ registry }: { readonly registry: RegistryView }) => {
  const known = useRepositoryCount(registry.id);
  const budget = budgetWords(registry);
  return (
    <dl className={classes['card']}>
      <Row name="Address">
        <span className="tb-mono">{visibleText(registry.origin)}</span>
      </Row>
      {registry.product !== '' && <Row name="Product">{visibleText(registry.product)}</Row>}
      <Row name="Login">{loginWords(registry)}</Row>
      <Row name="Connection">{securityWords(registry)}</Row>
      {registry.clientCertificateSubject !== undefined && (
        <Row name="Client certificate">{visibleText(registry.clientCertificateSubject)}</Row>
      )}
      {registry.approvedRealmHosts.length > 0 && (
        <Row name="Login hosts">
          {registry.approvedRealmHosts.map((host) => visibleText(host)).join(', ')}
        </Row>
      )}
      <Row name="Changes">{changesWords(registry)}</Row>
      <Row name="Repositories">
        {known === undefined || known.count === 0
          ? catalogWords[registry.catalog]
          : `${formatCounted(known.count, 'repository', 'repositories')}${known.isComplete ? '' : ' so far'}`}
      </Row>
      {budget !== undefined && <Row name="Pulls">{budget}</Row>}
    </dl>
  );
};

/** What is known of a registry, while none of its repositories is open: state, login, connection. */
export const RegistryOverview = ({ registry }: { readonly registry: RegistryView }) => {
  const openDialog = useDialogs((state) => state.openDialog);
  const refresh = useRefreshRegistry();
  const { state } = registry;
  return (
    <div className={classes['root']}>
      <header className={classes['header']}>
        <span className={classes['icon']} aria-hidden>
          <ProductIcon product={registry.product} size={24} />
        </span>
        <div className={classes['names']}>
          <h1 className={classes['title']}>
            {visibleText(registry.name)}{' '}
            {registry.readOnly && <ReadOnlyMark place="registry" size={16} />}
          </h1>
          <p className={classes['state']}>
            <StateDot state={dotOf(state)} label="" />
            {stateWords(registry)}
          </p>
        </div>
        <Allows registryId={registry.id} />
        <Button
          leftSection={<IconRefresh size={15} stroke={1.7} />}
          loading={state.kind === 'checking'}
          onClick={() => void refresh(registry.id)}
        >
          Check again
        </Button>
        <Button
          leftSection={<IconPencil size={15} stroke={1.7} />}
          onClick={() => openDialog({ kind: 'edit-registry', registryId: registry.id })}
        >
          Edit…
        </Button>
      </header>
      {state.kind === 'failed' && (
        <ErrorState
          variant="inline"
          error={state.error}
          registryId={registry.id}
          onRetry={() => void refresh(registry.id)}
        />
      )}
      <Card registry={registry} />
      {state.kind !== 'failed' && (
        <p className={classes['next']}>
          <IconBox size={16} stroke={1.6} aria-hidden />
          Choose a repository on the left to see its tags.
        </p>
      )}
    </div>
  );
};
