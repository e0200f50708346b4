import { Button } from '@mantine/core';
import { EmptyState } from '#components/EmptyState';
import { SkeletonRows } from '#components/SkeletonRows';
import { errorWords } from '#lib/errors';
import { visibleText } from '#oci/text';
import { useFilters } from '#state/filters';
import type { RepositoryList } from './repository-words';

type PlaceholderProps = {
  readonly list: RepositoryList;
  readonly filter: string;
  readonly onAddByName: () => void;
};

const AddByName = ({ onAddByName }: Pick<PlaceholderProps, 'onAddByName'>) => (
  <Button onClick={onAddByName}>Add by name…</Button>
);

/** Instead of a tree without a line: still loading, failed, closed, empty, or nothing that matches. */
export const RepositoryPlaceholder = ({ list, filter, onAddByName }: PlaceholderProps) => {
  const setFilter = useFilters((state) => state.setRepositoryFilter);
  if (list.value.length > 0) {
    return (
      <EmptyState
        title="No match"
        actions={<Button onClick={() => setFilter('')}>Clear the filter</Button>}
      >
        No repository holds “{visibleText(filter.trim())}”.
      </EmptyState>
    );
  }
  if (list.error !== undefined && !list.isStreaming) {
    return (
      <EmptyState
        title={errorWords[list.error.code].title}
        actions={
          <>
            <Button onClick={list.refetch}>Try again</Button>
            <AddByName onAddByName={onAddByName} />
          </>
        }
      >
        The repositories could not be listed.
      </EmptyState>
    );
  }
  if (!list.isComplete) return <SkeletonRows count={8} label="Reading the list of repositories" />;
  if (list.end?.catalog === 'closed') {
    return (
      <EmptyState title="Not listed here" actions={<AddByName onAddByName={onAddByName} />}>
        This registry does not list its repositories. Add the ones you know by name.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title="No repositories yet"
      actions={<Button onClick={list.refetch}>Look again</Button>}
    >
      The first push to this registry creates one.
    </EmptyState>
  );
};
