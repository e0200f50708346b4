import { IconLayersSubtract } from '@tabler/icons-react';
import { useTable } from '#state/table';
import { ColumnMenu } from './ColumnMenu';
import type { ColumnId } from './columns';
import { FilterField } from './FilterField';
import classes from './TagToolbar.module.css';

/** Filter, grouping and columns. */
export const TagToolbar = ({
  platforms,
  dropped,
  onEnterRows,
}: {
  readonly platforms: () => readonly string[];
  readonly dropped: readonly ColumnId[];
  readonly onEnterRows: () => void;
}) => {
  const groupByImage = useTable((state) => state.groupByImage);
  const setGroupByImage = useTable((state) => state.setGroupByImage);
  return (
    <div className={classes['root']}>
      <FilterField platforms={platforms} onEnterRows={onEnterRows} />
      <button
        type="button"
        className={classes['button']}
        aria-pressed={groupByImage}
        data-hint="One row for all tags on the same digest"
        onClick={() => setGroupByImage(!groupByImage)}
      >
        <IconLayersSubtract size={15} stroke={1.7} aria-hidden />
        <span className={classes['label']}>Group by image</span>
      </button>
      <ColumnMenu dropped={dropped} />
    </div>
  );
};
