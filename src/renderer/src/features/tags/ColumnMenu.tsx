import { Menu } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useTable } from '#state/table';
import { allColumns, type ColumnId } from './columns';
import classes from './TagToolbar.module.css';

/** Which columns stand in the table. A column that is wanted but does not fit says so. */
export const ColumnMenu = ({ dropped }: { readonly dropped: readonly ColumnId[] }) => {
  const hidden = useTable((state) => state.hiddenColumns);
  const setHidden = useTable((state) => state.setColumnHidden);
  return (
    <Menu position="bottom-end" width={252}>
      <Menu.Target>
        <button type="button" className={classes['button']}>
          Columns <IconChevronDown size={14} stroke={1.7} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {allColumns
          .filter(({ dropOrder }) => dropOrder > 0)
          .map(({ id, title }) => (
            <Menu.CheckboxItem
              key={id}
              checked={!hidden.includes(id)}
              onChange={(isShown) => setHidden(id, !isShown)}
              rightSection={
                dropped.includes(id) ? <span className={classes['note']}>no room</span> : undefined
              }
            >
              {title}
            </Menu.CheckboxItem>
          ))}
      </Menu.Dropdown>
    </Menu>
  );
};
