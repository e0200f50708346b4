import { memo } from 'react';
import type { ContractError } from '#contract/result';
import type { TagDetails } from '#contract/tag';
import type { ColumnId, PlacedColumn } from './columns';
import { FailedCell, TagCell } from './TagCells';
import { markPartly, markWholly } from './partly-checked';
import classes from './TagRow.module.css';

export type RowCheck = 'none' | 'some' | 'all';

export type TagRowProps = {
  readonly tag: string;
  readonly index: number;
  readonly topPx: number;
  readonly columns: readonly PlacedColumn[];
  readonly details: TagDetails | undefined;
  readonly failure: ContractError | undefined;
  readonly sameImage: readonly string[] | undefined;
  /** How many tags the row stands for when rows are grouped by image. */
  readonly groupSize: number;
  readonly check: RowCheck;
  readonly isTabbable: boolean;
  readonly isOpen: boolean;
  readonly isSigned: boolean;
  readonly now: number;
};

const CheckCell = ({ tag, check }: { readonly tag: string; readonly check: RowCheck }) => (
  <td className={classes['check']} data-check>
    <input
      type="checkbox"
      tabIndex={-1}
      className={classes['box']}
      checked={check === 'all'}
      ref={check === 'some' ? markPartly : markWholly}
      aria-label={`Select ${tag}`}
      readOnly
    />
  </td>
);

const NameCell = ({ tag, rest }: { readonly tag: string; readonly rest: number }) => (
  <td className={classes['name']}>
    <span className={classes['tag']} data-hint={tag.length > 16 ? tag : undefined}>
      {tag}
    </span>
    {rest > 0 && <span className={classes['rest']}>+{rest}</span>}
  </td>
);

const detailColumns = (columns: readonly PlacedColumn[]): readonly PlacedColumn[] =>
  columns.filter(({ id }) => id !== 'check' && id !== 'tag');

const has = (columns: readonly PlacedColumn[], id: ColumnId): boolean =>
  columns.some((column) => column.id === id);

/** One row of the table. It holds no handlers: the table listens for all rows. */
export const TagRow = memo((props: TagRowProps) => {
  const { tag, index, topPx, columns, details, failure, sameImage, groupSize, check } = props;
  const { isTabbable, isOpen, isSigned, now } = props;
  return (
    <tr
      className={classes['row']}
      style={{ transform: `translateY(${topPx}px)` }}
      tabIndex={isTabbable ? 0 : -1}
      aria-rowindex={index + 2}
      aria-selected={check === 'all'}
      aria-current={isOpen || undefined}
      data-lead={tag}
      data-index={index}
      data-checked={check === 'none' ? undefined : true}
    >
      <CheckCell tag={tag} check={check} />
      <NameCell tag={tag} rest={has(columns, 'also') ? 0 : groupSize - 1} />
      {failure !== undefined && details === undefined ? (
        <td colSpan={columns.length - 2} className={classes['wide']}>
          <FailedCell tag={tag} error={failure} />
        </td>
      ) : details === undefined ? (
        <td colSpan={columns.length - 2} className={classes['waiting']} aria-label="Not read yet" />
      ) : (
        detailColumns(columns).map(({ id, widthPx, isNumeric }) => (
          <td key={id} className={classes['cell']} data-numeric={isNumeric} data-column={id}>
            <TagCell
              column={id}
              widthPx={widthPx}
              tag={tag}
              facts={{ details, sameImage, isSigned, now }}
            />
          </td>
        ))
      )}
    </tr>
  );
});
TagRow.displayName = 'TagRow';
