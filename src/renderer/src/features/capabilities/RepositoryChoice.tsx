import { Select } from '@mantine/core';
import { useKnownRepositories } from '#lib/live';
import { useDialogs } from '#state/dialogs';
import classes from './CapabilitiesDialog.module.css';

/** Beyond this many the field is for typing, not for scrolling. */
const mostShown = 60;

/** The repository the card is about: rights may differ from one to the next. */
export const RepositoryChoice = ({
  registryId,
  repository,
}: {
  readonly registryId: string;
  readonly repository: string;
}) => {
  const known = useKnownRepositories(registryId);
  const openDialog = useDialogs((state) => state.openDialog);
  const names = known.includes(repository) ? known : [repository, ...known];
  return (
    <div className={classes['choice']}>
      <Select
        label="In the repository"
        data={[...names]}
        value={repository}
        limit={mostShown}
        searchable
        allowDeselect={false}
        selectFirstOptionOnChange
        nothingFoundMessage="No known repository fits."
        comboboxProps={{ withinPortal: false }}
        onChange={(chosen) => {
          if (chosen !== null && chosen !== repository) {
            openDialog({ kind: 'capabilities', registryId, repository: chosen });
          }
        }}
      />
    </div>
  );
};
