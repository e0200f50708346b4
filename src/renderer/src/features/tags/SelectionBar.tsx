import { Button } from '@mantine/core';
import { IconCheck, IconCopy, IconFingerprint, IconTagOff, IconTrash } from '@tabler/icons-react';
import { ActionButton } from '#components/ActionButton';
import { LiveText } from '#components/LiveText';
import { formatCount } from '#lib/format';
import { referenceText } from '#lib/references';
import { type Copy, useCopy } from '#lib/use-copy';
import type { TagBook } from '#lib/tag-details';
import { useCheckedTags } from '#state/checked-tags';
import { type ChangePlace, openDeleteTags, openUntag } from '#state/plans';
import type { TagRows } from './use-tag-rows';
import classes from './SelectionBar.module.css';

const copyWords: Readonly<Record<Copy['state'], string>> = {
  idle: '',
  copied: 'Copied',
  failed: 'Could not be copied',
};

/** In the order of the table, then those that the filter hides. */
const inTableOrder = (checked: ReadonlySet<string>, rows: TagRows): readonly string[] => {
  const shown = rows.leads.flatMap(rows.tagsOf).filter((tag) => checked.has(tag));
  const isShown = new Set(shown);
  return [...shown, ...[...checked].filter((tag) => !isShown.has(tag))];
};

const hiddenCountOf = (checked: ReadonlySet<string>, rows: TagRows): number => {
  if (rows.filter.terms.length === 0) return 0;
  const shown = new Set(rows.leads.flatMap(rows.tagsOf));
  return [...checked].filter((tag) => !shown.has(tag)).length;
};

const digestsOf = (tags: readonly string[], book: TagBook): readonly string[] => [
  ...new Set(tags.flatMap((tag) => book.byTag.get(tag)?.digest ?? [])),
];

/** What can be done with the ticked tags. */
export const SelectionBar = ({
  host,
  place,
  noChange,
  total,
  rows,
  book,
}: {
  readonly host: string | undefined;
  readonly place: ChangePlace;
  /** Why nothing can be changed here. */
  readonly noChange: string | undefined;
  readonly total: number;
  readonly rows: TagRows;
  readonly book: TagBook;
}) => {
  const checked = useCheckedTags((state) => state.checkedTags);
  const clear = useCheckedTags((state) => state.clearChecked);
  const references = useCopy();
  const digests = useCopy();
  if (checked.size === 0) return null;
  const hiddenCount = hiddenCountOf(checked, rows);
  const missing = [...checked].filter((tag) => !book.byTag.has(tag)).length;
  const words = `${formatCount(checked.size)} selected of ${formatCount(total)}`;
  return (
    <div className={classes['root']} role="toolbar" aria-label="Selected tags">
      <p className={classes['words']}>
        <strong>{formatCount(checked.size)} selected</strong> of {formatCount(total)}
        {hiddenCount > 0 && (
          <span className={classes['hidden']}>
            {' '}
            · {formatCount(hiddenCount)} not shown by the filter, included
          </span>
        )}
      </p>
      <LiveText text={copyWords[references.state] || copyWords[digests.state] || words} />
      <div className={classes['actions']}>
        <ActionButton
          leftSection={
            references.state === 'copied' ? <IconCheck size={15} /> : <IconCopy size={15} />
          }
          disabledReason={host === undefined ? 'The registry is not known yet.' : undefined}
          onClick={() =>
            references.copy(
              inTableOrder(checked, rows)
                .map((tag) => referenceText(host ?? '', place.repository, tag))
                .join('\n'),
            )
          }
        >
          Copy references
        </ActionButton>
        <ActionButton
          leftSection={
            digests.state === 'copied' ? <IconCheck size={15} /> : <IconFingerprint size={15} />
          }
          disabledReason={
            missing === 0
              ? undefined
              : `The digests of ${formatCount(missing)} of them are not read yet.`
          }
          onClick={() => digests.copy(digestsOf(inTableOrder(checked, rows), book).join('\n'))}
        >
          Copy digests
        </ActionButton>
        <ActionButton
          leftSection={<IconTagOff size={15} />}
          disabledReason={noChange}
          onClick={() => openUntag(place, inTableOrder(checked, rows))}
        >
          Untag…
        </ActionButton>
        <ActionButton
          className={classes['delete'] ?? ''}
          leftSection={<IconTrash size={15} />}
          disabledReason={noChange}
          onClick={() => openDeleteTags(place, inTableOrder(checked, rows))}
        >
          Delete…
        </ActionButton>
        <Button variant="subtle" color="gray" onClick={clear}>
          Clear
        </Button>
      </div>
    </div>
  );
};
