import { Button } from '@mantine/core';
import { IconFilterOff, IconFolderOff, IconTag, IconX } from '@tabler/icons-react';
import type { ContractError } from '#contract/result';
import { EmptyState } from '#components/EmptyState';
import { ErrorDetails } from '#components/ErrorDetails';
import { ErrorState } from '#components/ErrorState';
import { errorWords } from '#lib/errors';
import { formatCounted } from '#lib/format';
import { visibleText } from '#oci/text';
import { useFilters } from '#state/filters';
import { useSelection } from '#state/selection';
import classes from './TagArea.module.css';

const icon = { size: 32, stroke: 1.3 };

const leaveRepository = (): void =>
  useSelection.setState({ repository: null, tag: null, digest: null });

/** The repository could not be read at all. One that is gone gets words of its own. */
export const RepositoryProblem = ({
  error,
  registryId,
  repository,
  onRetry,
}: {
  readonly error: ContractError;
  readonly registryId: string;
  readonly repository: string;
  readonly onRetry: () => void;
}) => {
  if (error.code !== 'not-found') {
    return <ErrorState error={error} registryId={registryId} onRetry={onRetry} />;
  }
  return (
    <EmptyState
      icon={<IconFolderOff {...icon} />}
      title="This repository is not there"
      actions={
        <>
          <Button variant="filled" onClick={onRetry}>
            Read again
          </Button>
          <Button onClick={leaveRepository}>Close repository</Button>
        </>
      }
    >
      The registry knows no {visibleText(repository)}: it was deleted in the meantime, nothing was
      pushed to it yet, or this login may not see it.
      <ErrorDetails error={error} />
    </EmptyState>
  );
};

/** The list broke off; what had come is below. */
export const ListProblem = ({
  error,
  onRetry,
}: {
  readonly error: ContractError;
  readonly onRetry: () => void;
}) => (
  <div className={classes['problem']} role="alert">
    <strong>{errorWords[error.code].title}</strong>
    <span className={classes['problemText']} data-hint={visibleText(error.message)}>
      {visibleText(error.message)} The tags that came before are shown.
    </span>
    <button type="button" className={classes['problemAction']} onClick={onRetry}>
      Try again
    </button>
  </div>
);

/** The list was stopped before its end; never in silence. */
export const ListCut = ({ reason }: { readonly reason: string }) => (
  <output className={classes['problem']}>
    <strong>List cut short</strong>
    <span className={classes['problemText']} data-hint={visibleText(reason)}>
      {visibleText(reason)}
    </span>
  </output>
);

/** A repository without tags (trap 22). */
export const NoTags = ({
  attachedCount,
  onRetry,
}: {
  readonly attachedCount: number;
  readonly onRetry: () => void;
}) => (
  <EmptyState
    icon={<IconTag {...icon} />}
    title="No tags here"
    actions={
      <Button variant="filled" onClick={onRetry}>
        Read again
      </Button>
    }
  >
    {attachedCount > 0
      ? `Only ${formatCounted(attachedCount, 'tag')} of signatures and referrers are left. `
      : ''}
    The repository exists, but nothing in it is tagged: its tags were deleted, or images were only
    pushed by digest. Push one to see it here.
  </EmptyState>
);

/** The filter lets nothing through. */
export const NoMatch = ({
  total,
  unreadCount,
  readAllLabel,
  onReadAll,
}: {
  readonly total: number;
  /** Tags that may match once they are read. */
  readonly unreadCount: number;
  readonly readAllLabel: string;
  readonly onReadAll: (() => void) | undefined;
}) => {
  const clear = useFilters((state) => state.setTagFilter);
  const isOpen = unreadCount > 0;
  return (
    <EmptyState
      icon={<IconFilterOff {...icon} />}
      title={isOpen ? 'No match among the tags read so far' : 'No tag matches the filter'}
      actions={
        <>
          {isOpen && onReadAll !== undefined && (
            <Button variant="filled" onClick={onReadAll}>
              {readAllLabel}
            </Button>
          )}
          <Button
            variant={isOpen && onReadAll !== undefined ? 'default' : 'filled'}
            leftSection={<IconX size={14} />}
            onClick={() => clear('')}
          >
            Clear filter
          </Button>
        </>
      }
    >
      {isOpen
        ? `${formatCounted(unreadCount, 'tag')} of ${formatCounted(total, 'tag')} may match once their details are read.`
        : `None of the ${formatCounted(total, 'tag')} passes all its terms.`}
    </EmptyState>
  );
};
