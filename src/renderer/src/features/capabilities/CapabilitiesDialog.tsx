import { Button, Modal } from '@mantine/core';
import { IconLock, IconRefresh } from '@tabler/icons-react';
import type { RegistryView } from '#contract/registry';
import { ActionButton } from '#components/ActionButton';
import { ErrorState } from '#components/ErrorState';
import { LiveText } from '#components/LiveText';
import { ProgressBar } from '#components/ProgressBar';
import { readOnlyOf, readOnlyWords } from '#lib/read-only';
import { visibleText } from '#oci/text';
import { AbilityTable } from './AbilityTable';
import classes from './CapabilitiesDialog.module.css';
import { ReadOnlySwitches } from './ReadOnlySwitches';
import { RepositoryChoice } from './RepositoryChoice';
import { type Abilities, useAbilities } from './use-abilities';

const Mark = ({ words }: { readonly words: string }) => (
  <p className={classes['mark']}>
    <IconLock size={15} stroke={1.8} aria-hidden />
    <span>{words}</span>
  </p>
);

const spokenState = ({ view, error, isAsking }: Abilities): string => {
  if (isAsking) return view === undefined ? 'Asking the registry' : 'Asking the registry again';
  return view !== undefined && error === undefined ? 'The answers are here' : '';
};

const Footer = ({
  abilities,
  onClose,
}: {
  readonly abilities: Abilities;
  readonly onClose: () => void;
}) => {
  const { isAsking, askAgain, cancel } = abilities;
  return (
    <div className={classes['footer']}>
      {isAsking ? (
        <div className={classes['asking']}>
          <span>Asking the registry…</span>
          <ProgressBar percent={undefined} label="Asking the registry" />
        </div>
      ) : (
        <p className={classes['method']}>
          Tagboat asks by deleting what cannot exist and pushing what no registry takes.
        </p>
      )}
      {cancel === undefined ? (
        <ActionButton
          leftSection={<IconRefresh size={15} stroke={1.7} />}
          disabledReason={isAsking ? 'The registry is being asked.' : undefined}
          onClick={askAgain}
        >
          Ask again
        </ActionButton>
      ) : (
        <Button onClick={cancel}>Stop asking</Button>
      )}
      <Button variant="filled" data-autofocus onClick={onClose}>
        Done
      </Button>
    </div>
  );
};

const Body = ({ registry, repository, onClose }: CapabilitiesDialogProps) => {
  const abilities = useAbilities(registry.id, repository);
  const { view, error, askAgain } = abilities;
  const marked = readOnlyOf(registry, repository);
  const readOnly = marked === 'no' ? (view?.readOnly ?? 'no') : marked;
  return (
    <div className={classes['body']}>
      {readOnly !== 'no' && <Mark words={readOnlyWords[readOnly]} />}
      {error !== undefined && (
        <ErrorState
          variant="inline"
          error={error}
          registryId={registry.id}
          onRetry={abilities.isAsking ? undefined : askAgain}
        />
      )}
      {(view !== undefined || error === undefined) && (
        <AbilityTable
          view={view}
          label={`What ${visibleText(registry.name)} allows in ${visibleText(repository)}`}
        />
      )}
      <ReadOnlySwitches registry={registry} repository={repository} />
      <LiveText text={spokenState(abilities)} />
      <Footer abilities={abilities} onClose={onClose} />
    </div>
  );
};

type CapabilitiesDialogProps = {
  readonly registry: RegistryView;
  readonly repository: string;
  readonly onClose: () => void;
};

/** The capability card: what a registry allows in a repository, how that is known, and what Tagboat itself is kept from. */
export const CapabilitiesDialog = ({ registry, repository, onClose }: CapabilitiesDialogProps) => (
  <Modal
    opened
    onClose={onClose}
    title={`What ${visibleText(registry.name)} allows`}
    size={760}
    yOffset="5vh"
    styles={{ body: { paddingBottom: 0 } }}
  >
    <RepositoryChoice registryId={registry.id} repository={repository} />
    <Body key={repository} registry={registry} repository={repository} onClose={onClose} />
  </Modal>
);
