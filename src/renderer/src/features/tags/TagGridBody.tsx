import { useState } from 'react';
import { createRowSlots } from '#lib/row-slots';
import type { TagBook } from '#lib/tag-details';
import { useNow } from '#lib/now';
import { useCheckedTags } from '#state/checked-tags';
import { useSelection } from '#state/selection';
import type { PlacedColumn } from './columns';
import { type RowCheck, TagRow } from './TagRow';
import type { TagRows } from './use-tag-rows';
import classes from './TagGrid.module.css';

export const rowPx = 32;

const rowCheckOf = (rows: TagRows, lead: string, checked: ReadonlySet<string>): RowCheck => {
  if (checked.size === 0) return 'none';
  const tags = rows.tagsOf(lead);
  const count = tags.filter((tag) => checked.has(tag)).length;
  if (count === 0) return 'none';
  return count === tags.length ? 'all' : 'some';
};

/** Places of the rows in view, and of the one with the focus: scrolled away, it would lose the focus with its element. */
const placesOf = (first: number, last: number, kept: number, count: number): readonly number[] => {
  const places = Array.from({ length: Math.max(0, last - first) }, (_, at) => first + at);
  if (kept < first && kept < count) return [kept, ...places];
  return kept >= last && kept < count ? [...places, kept] : places;
};

/** The rows in view, each at its place in a box as high as all of them. */
export const TagGridBody = ({
  rows,
  book,
  columns,
  first,
  last,
  tabbableIndex,
}: {
  readonly rows: TagRows;
  readonly book: TagBook;
  readonly columns: readonly PlacedColumn[];
  readonly first: number;
  readonly last: number;
  readonly tabbableIndex: number;
}) => {
  const checked = useCheckedTags((state) => state.checkedTags);
  const openTag = useSelection((state) => state.tag);
  const now = useNow();
  const [slots] = useState(createRowSlots);
  const places = placesOf(first, last, tabbableIndex, rows.leads.length);
  const keys = slots.place(places.map((index) => rows.leads[index] ?? ''));
  return (
    <tbody className={classes['canvas']} style={{ height: rows.leads.length * rowPx }}>
      {places.map((index, at) => {
        const tag = rows.leads[index];
        if (tag === undefined) return null;
        const details = book.byTag.get(tag);
        return (
          <TagRow
            key={keys[at]}
            tag={tag}
            index={index}
            topPx={index * rowPx}
            columns={columns}
            details={details}
            failure={book.failures.get(tag)}
            sameImage={details && book.byDigest.get(details.digest)}
            groupSize={rows.tagsOf(tag).length}
            check={rowCheckOf(rows, tag, checked)}
            isTabbable={index === tabbableIndex}
            isOpen={tag === openTag}
            isSigned={details !== undefined && rows.signedDigests.has(details.digest)}
            now={now}
          />
        );
      })}
    </tbody>
  );
};
