/**
 * Which row has the focus and where a range starts, by tag and not by place: sorting, filtering and new pages move
 * rows about without moving the focus to another image.
 */
export type GridFocus = {
  readonly tag: string | null;
  /** Where Shift extends from. */
  readonly anchor: string | null;
};

/** Rows as the grid shows them: the lead tag of each, and all tags of a row when rows are grouped by image. */
export type SelectableRows = {
  readonly leads: readonly string[];
  readonly tagsOf: (lead: string) => readonly string[];
};

export type CheckChange = { readonly tags: readonly string[]; readonly isChecked: boolean };

/** Where a key moves the focus; undefined for keys that do not. `pageRows` is what fits on screen. */
export const moveIndex = (
  key: string,
  index: number,
  count: number,
  pageRows: number,
): number | undefined => {
  if (count === 0) return undefined;
  const step = Math.max(1, pageRows - 1);
  const moves: Readonly<Record<string, number>> = {
    ArrowDown: index + 1,
    ArrowUp: index - 1,
    PageDown: index + step,
    PageUp: index - step,
    Home: 0,
    End: count - 1,
  };
  const target = Object.hasOwn(moves, key) ? moves[key] : undefined;
  return target === undefined ? undefined : Math.min(count - 1, Math.max(0, target));
};

/** Tags of the rows between two places, both included. */
export const tagsBetween = (rows: SelectableRows, from: number, to: number): readonly string[] =>
  rows.leads.slice(Math.min(from, to), Math.max(from, to) + 1).flatMap((lead) => rows.tagsOf(lead));

const isRowChecked = (rows: SelectableRows, lead: string, checked: ReadonlySet<string>): boolean =>
  rows.tagsOf(lead).every((tag) => checked.has(tag));

/** Space, Ctrl+click, the row's checkbox: ticks the row, or unticks it when all its tags are ticked. */
export const toggleRow = (
  rows: SelectableRows,
  lead: string,
  checked: ReadonlySet<string>,
): CheckChange => ({ tags: rows.tagsOf(lead), isChecked: !isRowChecked(rows, lead, checked) });

/**
 * Shift+click and Shift+arrows: the range reaches from the anchor to the row. What the range before covered and the
 * new one does not is unticked, so a range shrinks as it grows.
 */
export const checkRange = (
  rows: SelectableRows,
  focus: GridFocus,
  toLead: string,
): readonly CheckChange[] => {
  const to = rows.leads.indexOf(toLead);
  if (to < 0) return [];
  const anchorAt = focus.anchor === null ? -1 : rows.leads.indexOf(focus.anchor);
  const anchor = anchorAt < 0 ? to : anchorAt;
  const focusAt = focus.tag === null ? -1 : rows.leads.indexOf(focus.tag);
  const covered = new Set(tagsBetween(rows, anchor, to));
  const left = focusAt < 0 ? [] : tagsBetween(rows, anchor, focusAt);
  return [
    { tags: left.filter((tag) => !covered.has(tag)), isChecked: false },
    { tags: [...covered], isChecked: true },
  ];
};

export type HeaderCheck = 'none' | 'some' | 'all';

/** State of the checkbox over all rows that pass the filter. */
export const headerCheck = (rows: SelectableRows, checked: ReadonlySet<string>): HeaderCheck => {
  if (checked.size === 0 || rows.leads.length === 0) return 'none';
  let count = 0;
  for (const lead of rows.leads) {
    if (isRowChecked(rows, lead, checked)) count += 1;
  }
  if (count === rows.leads.length) return 'all';
  return count > 0 || rows.leads.some((lead) => rows.tagsOf(lead).some((tag) => checked.has(tag)))
    ? 'some'
    : 'none';
};
