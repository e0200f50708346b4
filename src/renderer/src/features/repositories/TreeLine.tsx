import { IconBox, IconChevronRight, IconDots, IconFolder } from '@tabler/icons-react';
import type { MouseEvent } from 'react';
import { formatCount, formatCounted } from '#lib/format';
import { visibleText } from '#oci/text';
import classes from './RepositoryTree.module.css';
import type { TreeRow } from './tree';

/** From here on a label may not fit the sidebar. */
const longLabel = 22;

type TreeLineProps = {
  readonly id: string;
  readonly row: TreeRow;
  readonly top: number;
  readonly isActive: boolean;
  readonly isSelected: boolean;
  readonly onPress: () => void;
  readonly onMenu: (event: MouseEvent) => void;
};

/** Where a label is too long, its path is cut and its last part, the name itself, stays as long as it can. */
const Label = ({ label }: { readonly label: string }) => {
  const slash = label.lastIndexOf('/') + 1;
  if (slash === 0) return label;
  return (
    <span className={classes['parts']}>
      <span className={classes['prefix']}>{label.slice(0, slash)}</span>
      <span className={classes['base']}>{label.slice(slash)}</span>
    </span>
  );
};

/** One line of the tree. Keys are handled by the tree itself, which keeps the focus. */
export const TreeLine = ({
  id,
  row,
  top,
  isActive,
  isSelected,
  onPress,
  onMenu,
}: TreeLineProps) => {
  const isNamespace = row.kind === 'namespace';
  const label = visibleText(row.label);
  const words = isNamespace
    ? `${label}, ${formatCounted(row.count, 'repository', 'repositories')}`
    : label;
  const press = { onClick: onPress, onContextMenu: onMenu };
  return (
    <div
      id={id}
      role="treeitem"
      aria-label={words}
      aria-level={row.level}
      aria-posinset={row.position}
      aria-setsize={row.siblings}
      aria-selected={isSelected}
      aria-expanded={isNamespace ? row.isExpanded : undefined}
      className={classes['line']}
      data-active={isActive || undefined}
      style={{ transform: `translateY(${top}px)`, paddingLeft: 8 + (row.level - 1) * 16 }}
      {...press}
    >
      {isNamespace && (
        <span className={classes['chevron']} data-open={row.isExpanded || undefined} aria-hidden>
          <IconChevronRight size={14} stroke={1.8} />
        </span>
      )}
      <span className={classes['icon']} aria-hidden>
        {isNamespace ? <IconFolder size={15} stroke={1.6} /> : <IconBox size={15} stroke={1.6} />}
      </span>
      <span
        className={classes['label']}
        data-hint={label.length > longLabel ? visibleText(row.path) : undefined}
      >
        <Label label={label} />
      </span>
      {isNamespace ? (
        <span className={classes['count']} aria-hidden>
          {formatCount(row.count)}
        </span>
      ) : (
        <span
          className={classes['more']}
          aria-hidden
          {...{
            onClick: (event: MouseEvent) => {
              event.stopPropagation();
              onMenu(event);
            },
          }}
        >
          <IconDots size={15} />
        </span>
      )}
    </div>
  );
};
