import { type MouseEvent, useId } from 'react';
import type { MenuAnchor } from '#components/ContextMenu';
import { HintArea } from '#components/HintArea';
import { useFixedRows } from '#lib/fixed-rows';
import { TreeLine } from './TreeLine';
import classes from './RepositoryTree.module.css';
import type { TreeRow } from './tree';
import { useKeepTopRow } from './use-keep-top-row';
import { useShowSelected } from './use-show-selected';
import { useTreeKeyboard } from './use-tree-keyboard';

const rowPx = 32;

type RepositoryTreeProps = {
  readonly label: string;
  readonly rows: readonly TreeRow[];
  readonly selected: string | null;
  readonly onOpen: (repository: string) => void;
  readonly onExpand: (path: string, isExpanded: boolean) => void;
  readonly onMenu: (row: TreeRow, anchor: MenuAnchor) => void;
};

/** The namespaces and repositories of one registry: a virtual tree that is one tab stop and is walked with the arrow keys. */
export const RepositoryTree = (props: RepositoryTreeProps) => {
  const { label, rows, selected, onOpen, onExpand, onMenu } = props;
  const treeId = useId();
  const { scroller, first, last, onScroll, scrollTo } = useFixedRows<HTMLDivElement>(
    rows.length,
    rowPx,
  );
  const selectedKey = `r:${selected ?? ''}`;
  const idOf = (row: TreeRow): string => `${treeId}-${row.key}`;
  const { activeKey, setActiveKey, onKeyDown } = useTreeKeyboard({
    rows,
    startKey: selectedKey,
    scroller,
    rowPx,
    scrollTo,
    onOpen,
    onExpand,
    onMenu,
    rectOf: (row) => document.getElementById(idOf(row))?.getBoundingClientRect(),
  });
  useKeepTopRow(scroller, rows, rowPx);
  useShowSelected(rows, selectedKey, scrollTo);
  const active = rows.find(({ key }) => key === (activeKey ?? selectedKey));

  const press = (row: TreeRow): void => {
    setActiveKey(row.key);
    if (row.kind === 'repository') onOpen(row.path);
    else onExpand(row.path, !row.isExpanded);
  };
  const openMenu = (row: TreeRow, event: MouseEvent): void => {
    event.preventDefault();
    setActiveKey(row.key);
    onMenu(row, { x: event.clientX, y: event.clientY });
  };

  return (
    <HintArea>
      <div
        ref={scroller}
        className={classes['scroller']}
        role="tree"
        tabIndex={0}
        aria-label={label}
        aria-activedescendant={active === undefined ? undefined : idOf(active)}
        onKeyDown={onKeyDown}
        onScroll={onScroll}
      >
        <div
          className={classes['canvas']}
          role="presentation"
          style={{ height: rows.length * rowPx + 8 }}
        >
          {rows.slice(first, last).map((row, at) => (
            <TreeLine
              key={row.key}
              id={idOf(row)}
              row={row}
              top={(first + at) * rowPx}
              isActive={row === (active ?? rows[0])}
              isSelected={row.key === selectedKey}
              onPress={() => press(row)}
              onMenu={(event) => openMenu(row, event)}
            />
          ))}
        </div>
      </div>
    </HintArea>
  );
};
