import { startTransition, useEffect, useMemo, useRef, useState } from 'react';
import { type Filter, parseFilter } from '#lib/filter';
import { useNow } from '#lib/now';
import { emptyTagBook, type TagBook } from '#lib/tag-details';
import { signedDigestsOf, type TagList } from '#lib/tag-list';
import { useFilters } from '#state/filters';
import { type Table, useTable } from '#state/table';
import type { ReadAllState } from './read-all';
import { filterTags, type GroupedRows, groupTags, orderTags } from './rows';
import type { SelectableRows } from './selection';

export type TagRows = SelectableRows & {
  readonly filter: Filter;
  /** Tags that pass the filter. */
  readonly matchCount: number;
  /** Tags that may pass once their details are read. */
  readonly unread: readonly string[];
  readonly failedCount: number;
  readonly signedDigests: ReadonlySet<string>;
  /** Absent when every row is one tag. */
  readonly groups: GroupedRows['groups'];
  /** Why the details of every tag are wanted: a term, the order or the grouping needs them. */
  readonly needs: 'filter' | 'sort' | 'group' | undefined;
};

/** What the arrangement was made for, and the book it was made from. */
type Frozen = { readonly causes: readonly unknown[]; readonly book: TagBook };

/** While everything is being read, rows are arranged anew at most this often: each time they jump. */
const arrangeMs = 500;

/** The value of a moment ago: it follows, but no faster than every `arrangeMs`. */
const useSlow = <T>(value: T): T => {
  const [slow, setSlow] = useState(value);
  const latest = useRef(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    latest.current = value;
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      setSlow(() => latest.current);
    }, arrangeMs);
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return slow;
};

const isSame = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((value, at) => Object.is(value, b[at]));

/**
 * The book that order and groups are taken from. Rows sorted or grouped by what happens to be on screen would jump
 * under the pointer while details trickle in; so they stand still until one of the causes changes.
 */
const useSteadyBook = (book: TagBook, causes: readonly unknown[]): TagBook => {
  const [frozen, setFrozen] = useState<Frozen>({ causes, book });
  if (isSame(frozen.causes, causes)) return frozen.book;
  setFrozen({ causes, book });
  return book;
};

const needsOf = (filter: Filter, { sort, groupByImage }: Pick<Table, 'sort' | 'groupByImage'>) => {
  if (filter.needsDetails) return 'filter';
  if (sort.column !== 'tag') return 'sort';
  return groupByImage ? 'group' : undefined;
};

const itself = (lead: string): readonly string[] => [lead];

/**
 * The filter's text for the rows. The field shows a key at once; ten thousand rows follow as a transition, which gives
 * way to the next key instead of holding it up.
 */
const useRowFilterText = (): string => {
  const [text, setText] = useState(() => useFilters.getState().tags);
  useEffect(() => useFilters.subscribe(({ tags }) => startTransition(() => setText(tags))), []);
  return text;
};

/** The tags that pass the filter, in version order. */
const useFilteredTags = (list: TagList, book: TagBook, filter: Filter) => {
  const now = useNow();
  // Made when there is first a filter, not while the first rows are waited for.
  const isFiltered = filter.terms.length > 0;
  const lowerCase = useMemo(
    () => (isFiltered ? list.tags.map((tag) => tag.toLowerCase()) : []),
    [list.tags, isFiltered],
  );
  const signedDigests = useMemo(() => signedDigestsOf(list), [list]);
  // Names alone do not depend on the book: typing stays instant while details arrive.
  const asked = filter.needsDetails ? book : emptyTagBook;
  const filtered = useMemo(
    () => filterTags({ tags: list.tags, lowerCase, book: asked, signedDigests }, filter, now),
    [list.tags, lowerCase, asked, signedDigests, filter, now],
  );
  return { filtered, signedDigests };
};

/** From names, details, filter and table settings to the rows on screen. */
export const useTagRows = (list: TagList, book: TagBook, readAll: ReadAllState): TagRows => {
  const text = useRowFilterText();
  const sort = useTable((state) => state.sort);
  const groupByImage = useTable((state) => state.groupByImage);
  const filter = useMemo(() => parseFilter(text), [text]);
  const { filtered, signedDigests } = useFilteredTags(list, book, filter);
  const slow = useSlow(book);
  const step = readAll.kind === 'running' ? slow : readAll.kind;
  const steady = useSteadyBook(book, [list.tags, sort.column, groupByImage, text, step]);
  const byNameOnly = sort.column === 'tag';
  const ordered = useMemo(
    () => orderTags(filtered.tags, sort, byNameOnly ? emptyTagBook : steady),
    [filtered, sort, byNameOnly, steady],
  );
  const grouped = useMemo(
    () => (groupByImage ? groupTags(ordered, steady) : undefined),
    [groupByImage, ordered, steady],
  );
  return useMemo(
    () => ({
      filter,
      leads: grouped?.leads ?? ordered,
      groups: grouped?.groups,
      tagsOf: grouped ? (lead) => grouped.groups?.get(lead) ?? itself(lead) : itself,
      matchCount: filtered.tags.length,
      unread: filtered.unread,
      failedCount: filtered.failedCount,
      signedDigests,
      needs: needsOf(filter, { sort, groupByImage }),
    }),
    [filter, grouped, ordered, filtered, signedDigests, sort, groupByImage],
  );
};
