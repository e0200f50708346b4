import { Button } from '@mantine/core';
import { localRegistryId } from '#contract/local';
import { ErrorState } from '#components/ErrorState';
import { formatBytes, formatCount, formatCounted } from '#lib/format';
import { useLocal, useLocalSpace } from '#lib/local';
import { notRunningReason } from '#lib/local-words';
import { visibleText } from '#oci/text';
import { useSelection } from '#state/selection';
import { bySize } from '../page/space-model';
import classes from './RepositoriesDialog.module.css';
import { Frame } from './Frame';
import { Hint, Progress } from './parts';
import { RowTable } from './RowTable';

const columns = [
  { title: 'Repository' },
  { title: 'Tags', isNumeric: true },
  { title: 'Only here', isNumeric: true },
  { title: 'Shared', isNumeric: true },
];

/** Every repository by the space that it alone uses; each leads to its tags. */
export const RepositoriesDialog = ({ onClose }: { readonly onClose: () => void }) => {
  const reason = notRunningReason(useLocal());
  const space = useLocalSpace(reason === undefined);
  const repositories = bySize(space.end?.repositories ?? []);
  const open = (repository: string): void => {
    onClose();
    useSelection.getState().selectRepository(localRegistryId, repository);
  };
  return (
    <Frame
      title="Biggest repositories"
      subtitle={
        space.end === undefined
          ? undefined
          : formatCounted(repositories.length, 'repository', 'repositories')
      }
      size={680}
      onClose={onClose}
      footer={
        <Button variant="filled" onClick={onClose}>
          Done
        </Button>
      }
    >
      {space.error !== undefined && (
        <ErrorState variant="inline" error={space.error} onRetry={space.refetch} />
      )}
      {space.end === undefined && space.error === undefined && (
        <Progress label="Counting where the space goes" progress={space.value} />
      )}
      {space.end !== undefined && (
        <RowTable
          label="Repositories by size"
          columns={columns}
          template="minmax(0, 1fr) 72px 88px 88px"
          count={repositories.length}
          cells={(at) => {
            const one = repositories[at];
            if (one === undefined) return [];
            return [
              <button
                key="name"
                type="button"
                className={classes['link']}
                data-hint={visibleText(one.name)}
                onClick={() => open(one.name)}
              >
                {visibleText(one.name)}
              </button>,
              formatCount(one.tagCount),
              formatBytes(one.uniqueBytes),
              one.sharedBytes === 0 ? '–' : formatBytes(one.sharedBytes),
            ];
          }}
        />
      )}
      <Hint>
        What is only here comes back when the repository’s tags are deleted and garbage is
        collected. What is shared stays as long as another repository uses it.
      </Hint>
    </Frame>
  );
};
