import type { TagDetails } from '#contract/tag';
import { recordedTimeOf } from '#lib/dates';
import type { Filter } from '#lib/filter';
import { matchFilter } from '#lib/filter';
import type { TagBook } from '#lib/tag-details';
import type { Table } from '#state/table';

export type FilteredTags = {
  readonly tags: readonly string[];
  /** Tags that may match once their details are read. */
  readonly unread: readonly string[];
  /** Tags that a term of the filter asks about and whose details could not be read. */
  readonly failedCount: number;
};

export type FilterSource = {
  /** In the order they are to stay in. */
  readonly tags: readonly string[];
  /** The same in lower case, made once. */
  readonly lowerCase: readonly string[];
  readonly book: TagBook;
  /** Digests that a signature tag names. */
  readonly signedDigests: ReadonlySet<string>;
};

/** The tags that pass, in the order they came. */
export const filterTags = (source: FilterSource, filter: Filter, now: number): FilteredTags => {
  const { tags, lowerCase, book, signedDigests } = source;
  if (filter.terms.length === 0) return { tags, unread: [], failedCount: 0 };
  const passed: string[] = [];
  const unread: string[] = [];
  let failedCount = 0;
  for (const [index, tag] of tags.entries()) {
    const details = filter.needsDetails ? book.byTag.get(tag) : undefined;
    const isSigned = details !== undefined && signedDigests.has(details.digest);
    const verdict = matchFilter(filter, { name: lowerCase[index] ?? '', details, isSigned }, now);
    if (verdict === 'match') passed.push(tag);
    else if (verdict === 'unread' && book.failures.has(tag)) failedCount += 1;
    else if (verdict === 'unread') unread.push(tag);
  }
  return { tags: passed, unread, failedCount };
};

const sortValue = (details: TagDetails | undefined, column: 'size' | 'created'): number => {
  const value = column === 'size' ? details?.sizeBytes : recordedTimeOf(details?.created);
  return value ?? Number.NaN;
};

/** Not known goes last whichever way the column is sorted; equals keep their version order. */
const compareValues = (a: number, b: number, descending: boolean): number => {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return descending ? b - a : a - b;
};

/** Puts tags, given newest version first, in the order the table asks for. */
export const orderTags = (
  tags: readonly string[],
  { column, descending }: Table['sort'],
  book: TagBook,
): readonly string[] => {
  if (column === 'tag') return descending ? tags : tags.toReversed();
  return tags
    .map((tag) => ({ tag, value: sortValue(book.byTag.get(tag), column) }))
    .sort((a, b) => compareValues(a.value, b.value, descending))
    .map(({ tag }) => tag);
};

export type GroupedRows = {
  /** The first tag of each row. */
  readonly leads: readonly string[];
  /** Lead → all its tags, where rows are grouped by image. Absent when every row is one tag. */
  readonly groups?: ReadonlyMap<string, readonly string[]>;
};

/** One row a digest; tags whose digest is not known yet keep a row of their own. */
export const groupTags = (tags: readonly string[], book: TagBook): GroupedRows => {
  const groups = new Map<string, string[]>();
  const leadOf = new Map<string, string>();
  for (const tag of tags) {
    const digest = book.byTag.get(tag)?.digest;
    const lead = digest === undefined ? undefined : leadOf.get(digest);
    if (lead !== undefined) {
      groups.get(lead)?.push(tag);
      continue;
    }
    groups.set(tag, [tag]);
    if (digest !== undefined) leadOf.set(digest, tag);
  }
  return { leads: [...groups.keys()], groups };
};
