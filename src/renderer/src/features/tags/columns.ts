export type ColumnId =
  'check' | 'tag' | 'also' | 'platforms' | 'size' | 'created' | 'digest' | 'signed';

export type Column = {
  readonly id: ColumnId;
  readonly title: string;
  /** What the column says and where it comes from, for the column chooser and the header's hint. */
  readonly hint: string;
  readonly minPx: number;
  /** Share of the room that is left over; 0 keeps the column at its minimum. */
  readonly grow: number;
  /** Above this the column no longer grows. */
  readonly maxPx: number;
  /** The narrower the table, the more columns go: highest number first. 0 never goes. */
  readonly dropOrder: number;
  readonly isNumeric?: boolean;
};

export type PlacedColumn = Column & { readonly widthPx: number };

export type ColumnLayout = {
  readonly columns: readonly PlacedColumn[];
  /** Columns that are wanted but do not fit: the column chooser says so. */
  readonly dropped: readonly ColumnId[];
};

/** In the order they stand in the table. */
export const allColumns: readonly Column[] = [
  { id: 'check', title: '', hint: '', minPx: 40, maxPx: 40, grow: 0, dropOrder: 0 },
  { id: 'tag', title: 'Tag', hint: 'The tag', minPx: 150, maxPx: 640, grow: 3, dropOrder: 0 },
  {
    id: 'also',
    title: 'Same image',
    hint: 'Other tags on the same digest',
    minPx: 112,
    maxPx: 420,
    grow: 2,
    dropOrder: 4,
  },
  {
    id: 'platforms',
    title: 'Platforms',
    hint: 'Operating system and architecture, as the index or config says',
    minPx: 138,
    maxPx: 300,
    grow: 1,
    dropOrder: 3,
  },
  {
    id: 'size',
    title: 'Size',
    hint: 'Compressed size of layers and config',
    minPx: 76,
    maxPx: 88,
    grow: 0.2,
    dropOrder: 1,
    isNumeric: true,
  },
  {
    id: 'created',
    title: 'Created',
    hint: 'When the image was made, not when it was pushed',
    minPx: 114,
    maxPx: 152,
    grow: 0.3,
    dropOrder: 2,
  },
  {
    id: 'digest',
    title: 'Digest',
    hint: 'Digest of the manifest or index',
    minPx: 190,
    maxPx: 200,
    grow: 0.1,
    dropOrder: 6,
  },
  {
    id: 'signed',
    title: 'Signed',
    hint: 'A cosign signature tag names this digest',
    minPx: 86,
    maxPx: 104,
    grow: 0.1,
    dropOrder: 5,
  },
];

const sumOf = (columns: readonly Column[], of: (column: Column) => number): number =>
  columns.reduce((sum, column) => sum + of(column), 0);

/** Lets columns go, least needed first, until the rest stands at its minimum width. */
const dropUntilFits = (wanted: readonly Column[], widthPx: number): readonly Column[] => {
  let kept = wanted;
  while (sumOf(kept, ({ minPx }) => minPx) > widthPx) {
    const next = Math.max(...kept.map(({ dropOrder }) => dropOrder));
    if (next === 0) break;
    kept = kept.filter(({ dropOrder }) => dropOrder !== next);
  }
  return kept;
};

/** Shares out what is left; a column at its maximum gives its share to the others. */
const growToFill = (kept: readonly Column[], widthPx: number): readonly PlacedColumn[] => {
  const widths = new Map(kept.map(({ id, minPx }) => [id, minPx]));
  const widthOf = ({ id, minPx }: Column): number => widths.get(id) ?? minPx;
  let growing = kept.filter(({ grow }) => grow > 0);
  let restPx = widthPx - sumOf(kept, widthOf);
  while (restPx > 0.5 && growing.length > 0) {
    const shares = sumOf(growing, ({ grow }) => grow);
    let used = 0;
    for (const column of growing) {
      const before = widthOf(column);
      const after = Math.min(column.maxPx, before + (restPx * column.grow) / shares);
      widths.set(column.id, after);
      used += after - before;
    }
    restPx -= used;
    growing = growing.filter((column) => widthOf(column) < column.maxPx - 0.01);
  }
  return kept.map((column) => ({ ...column, widthPx: Math.floor(widthOf(column)) }));
};

const cellGapPx = 16;
const barPx = 44;
/** The bar that casts the others stands so far left of the first column. */
const casterPx = 100;

/**
 * A CSS box-shadow that repeats one bar in each column after the tag's: what a row shows until its details are there.
 * One element and no image, because it is drawn for every row that flies by.
 */
export const waitingBars = (columns: readonly PlacedColumn[]): string => {
  const bars: string[] = [];
  let leftPx = 0;
  for (const { id, widthPx, isNumeric } of columns.slice(2)) {
    const startPx = isNumeric === true ? leftPx + widthPx - cellGapPx - barPx : leftPx;
    // Most images have no other tag: a bar would promise one.
    if (id !== 'also') bars.push(`${startPx + casterPx}px 0 var(--tb-skeleton)`);
    leftPx += widthPx;
  }
  return bars.length === 0 ? 'none' : bars.join(', ');
};

/**
 * Which columns stand in a table of `widthPx`, and how wide. Nothing is ever cut off: a column that does not fit is
 * left out whole and named in `dropped`.
 */
export const layoutColumns = (widthPx: number, hidden: readonly string[]): ColumnLayout => {
  const wanted = allColumns.filter(({ id, dropOrder }) => dropOrder === 0 || !hidden.includes(id));
  const kept = dropUntilFits(wanted, widthPx);
  return {
    columns: growToFill(kept, widthPx),
    dropped: wanted.filter((column) => !kept.includes(column)).map(({ id }) => id),
  };
};
