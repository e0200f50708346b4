import { Button, Modal } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import type { ChangeView } from '#contract/change';
import { EmptyState } from '#components/EmptyState';
import { ErrorState } from '#components/ErrorState';
import { SkeletonRows } from '#components/SkeletonRows';
import { formatCounted } from '#lib/format';
import { useChanges, useRegistries } from '#lib/live';
import { useDialogs } from '#state/dialogs';
import { useSelection } from '#state/selection';
import { ChangeGrid } from './ChangeGrid';
import classes from './ChangesDialog.module.css';
import { ContinueResults } from './ContinueResult';
import { useContinueChange } from './continuing';

const Empty = () => (
  <EmptyState icon={<IconHistory size={36} stroke={1.3} />} title="Nothing was changed yet">
    Every tag that is added, moved or removed and every image that is deleted from here appears in
    this list, with the way back. Begin in the menu of a tag.
  </EmptyState>
);

const useJournalActions = (onClose: () => void) => {
  const openDialog = useDialogs((state) => state.openDialog);
  const onContinue = useContinueChange();
  return {
    onContinue,
    onUndo: ({ changeId }: ChangeView): void => openDialog({ kind: 'plan-undo', changeId }),
    onOpenPlace: ({ registryId, repository }: ChangeView): void => {
      if (registryId !== undefined) {
        useSelection.getState().selectRepository(registryId, repository);
        onClose();
      }
    },
  };
};

const Journal = ({ onClose }: { readonly onClose: () => void }) => {
  const { value: changes, isPending, error, refetch } = useChanges();
  const { value: registries } = useRegistries();
  const actions = useJournalActions(onClose);
  if (error !== undefined) return <ErrorState error={error} onRetry={refetch} />;
  if (isPending) return <SkeletonRows count={8} label="Reading the journal" />;
  return (
    <>
      <ContinueResults onRetry={actions.onContinue} />
      {changes.length === 0 ? (
        <Empty />
      ) : (
        <ChangeGrid changes={changes} registries={registries} {...actions} />
      )}
    </>
  );
};

const Count = () => {
  const { value: changes } = useChanges();
  const words =
    changes.length === 0
      ? 'What is changed is kept here, with the way back.'
      : `${formatCounted(changes.length, 'change')}. Undo works as long as the registry keeps the blobs.`;
  return <p className={classes['intro']}>{words}</p>;
};

/** The journal: what was changed, how it ended, and the way back or on. */
export const ChangesDialog = ({ onClose }: { readonly onClose: () => void }) => (
  <Modal
    opened
    onClose={onClose}
    title="Changes and undo"
    size={960}
    yOffset="5vh"
    styles={{ body: { padding: 0 } }}
  >
    <div className={classes['root']}>
      <Count />
      <div className={classes['list']}>
        <Journal onClose={onClose} />
      </div>
      <div className={classes['footer']}>
        <Button data-autofocus onClick={onClose}>
          Close
        </Button>
      </div>
    </div>
  </Modal>
);
