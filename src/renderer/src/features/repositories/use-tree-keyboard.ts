import { type KeyboardEvent, type RefObject, useState } from 'react';
import type { MenuAnchor } from '#components/ContextMenu';
import type { TreeRow } from './tree';
import { type TreeMove, moveInTree } from './tree-keys';
import { useTypeAhead } from './use-type-ahead';

type TreeKeyboard = {
  readonly activeKey: string | null;
  readonly setActiveKey: (key: string | null) => void;
  readonly onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
};

type TreeKeyboardOptions = {
  readonly rows: readonly TreeRow[];
  /** Where the keyboard starts from before it was used. */
  readonly startKey: string;
  readonly scroller: RefObject<HTMLElement | null>;
  readonly rowPx: number;
  readonly scrollTo: (at: number) => void;
  readonly rectOf: (row: TreeRow) => DOMRect | undefined;
  readonly onOpen: (repository: string) => void;
  readonly onExpand: (path: string, isExpanded: boolean) => void;
  readonly onMenu: (row: TreeRow, anchor: MenuAnchor) => void;
};

const isMenuKey = ({ key, shiftKey }: KeyboardEvent): boolean =>
  key === 'ContextMenu' || (shiftKey && key === 'F10');

/** The active row of the tree and what keys do to it; the focus itself stays on the tree. */
export const useTreeKeyboard = (options: TreeKeyboardOptions): TreeKeyboard => {
  const { rows, startKey, scroller, rowPx, scrollTo, rectOf, onOpen, onExpand, onMenu } = options;
  const [active, setActive] = useState<{ readonly startKey: string; readonly key: string | null }>({
    startKey,
    key: null,
  });
  // What was selected elsewhere (palette, breadcrumb) is where the keyboard goes on from.
  const activeKey = active.startKey === startKey ? active.key : null;
  const setActiveKey = (key: string | null): void => setActive({ startKey, key });
  const findTyped = useTypeAhead();

  const act = (move: TreeMove): void => {
    if (move.kind === 'open') onOpen(move.row.path);
    else if (move.kind === 'go') {
      setActiveKey(move.key);
      scrollTo(rows.findIndex((row) => row.key === move.key));
    } else onExpand(move.path, move.kind === 'expand');
  };

  const moveFor = (row: TreeRow, key: string): TreeMove | undefined => {
    const typed = key === ' ' ? undefined : findTyped(rows, row.key, key);
    if (typed !== undefined) return { kind: 'go', key: typed };
    const pageRows = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowPx) - 1);
    return moveInTree(rows, row.key, key, pageRows);
  };

  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const row = rows.find(({ key }) => key === (activeKey ?? startKey)) ?? rows[0];
    if (row === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isMenuKey(event)) {
      event.preventDefault();
      const rect = rectOf(row);
      onMenu(row, { x: rect?.left ?? 16, y: rect?.bottom ?? 64 });
      return;
    }
    const move = moveFor(row, event.key);
    if (move === undefined) return;
    event.preventDefault();
    act(move);
  };

  return { activeKey, setActiveKey, onKeyDown };
};
