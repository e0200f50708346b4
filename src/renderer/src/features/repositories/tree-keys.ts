import type { TreeRow } from './tree';

export type TreeMove =
  | { readonly kind: 'go'; readonly key: string }
  | { readonly kind: 'expand' | 'collapse'; readonly path: string }
  | { readonly kind: 'open'; readonly row: TreeRow };

const parentOf = (rows: readonly TreeRow[], at: number): TreeRow | undefined => {
  const level = rows[at]?.level ?? 1;
  return rows.slice(0, at).findLast((row) => row.level < level);
};

const goTo = (row: TreeRow | undefined): TreeMove | undefined =>
  row === undefined ? undefined : { kind: 'go', key: row.key };

const right = (rows: readonly TreeRow[], at: number, row: TreeRow): TreeMove | undefined => {
  if (row.kind === 'repository') return undefined;
  return row.isExpanded ? goTo(rows[at + 1]) : { kind: 'expand', path: row.path };
};

const left = (rows: readonly TreeRow[], at: number, row: TreeRow): TreeMove | undefined =>
  row.isExpanded ? { kind: 'collapse', path: row.path } : goTo(parentOf(rows, at));

const enter = (row: TreeRow): TreeMove => {
  if (row.kind === 'repository') return { kind: 'open', row };
  return { kind: row.isExpanded ? 'collapse' : 'expand', path: row.path };
};

/** What a key does in the tree (WAI-ARIA Authoring Practices, Tree View). Undefined: not a key of the tree. */
export const moveInTree = (
  rows: readonly TreeRow[],
  activeKey: string | null,
  key: string,
  pageRows: number,
): TreeMove | undefined => {
  const at = Math.max(
    0,
    rows.findIndex((row) => row.key === activeKey),
  );
  const row = rows[at];
  if (row === undefined) return undefined;
  const moves: Readonly<Record<string, () => TreeMove | undefined>> = {
    ArrowDown: () => goTo(rows[Math.min(at + 1, rows.length - 1)]),
    ArrowUp: () => goTo(rows[Math.max(at - 1, 0)]),
    PageDown: () => goTo(rows[Math.min(at + pageRows, rows.length - 1)]),
    PageUp: () => goTo(rows[Math.max(at - pageRows, 0)]),
    Home: () => goTo(rows[0]),
    End: () => goTo(rows.at(-1)),
    ArrowRight: () => right(rows, at, row),
    ArrowLeft: () => left(rows, at, row),
    Enter: () => enter(row),
    ' ': () => enter(row),
  };
  return moves[key]?.();
};

/** Type-ahead: the next row after the active one whose label starts with what was typed. */
export const findByTyping = (
  rows: readonly TreeRow[],
  activeKey: string | null,
  typed: string,
): string | undefined => {
  const from = rows.findIndex((row) => row.key === activeKey);
  // One letter moves on, more letters may stay where they are.
  const start = typed.length === 1 ? from + 1 : Math.max(0, from);
  const turned = [...rows.slice(start), ...rows.slice(0, start)];
  return turned.find(({ label }) => label.toLowerCase().startsWith(typed.toLowerCase()))?.key;
};
