import { Button } from '@mantine/core';
import { visibleText } from '#oci/text';
import classes from './RepositoryPane.module.css';
import { type RepositoryList, notesOf } from './repository-words';

/** Below the tree: why there may be more repositories than it shows. Nothing when it shows all. */
export const RepositoryNotes = ({
  list,
  onAddByName,
}: {
  readonly list: RepositoryList;
  readonly onAddByName: () => void;
}) => {
  const notes = notesOf(list);
  const isClosed = list.end?.catalog === 'closed';
  if (!isClosed && notes.length === 0) return null;
  return (
    <div className={classes['notes']}>
      {notes.map((note) => (
        <p key={note} className={classes['note']}>
          {visibleText(note)}
        </p>
      ))}
      {list.error !== undefined && (
        <Button fullWidth onClick={list.refetch}>
          Read the list again
        </Button>
      )}
      {isClosed && (
        <>
          <p className={classes['note']}>
            This registry does not list its repositories. Only those added by name are here.
          </p>
          <Button fullWidth onClick={onAddByName}>
            Add by name…
          </Button>
        </>
      )}
    </div>
  );
};
