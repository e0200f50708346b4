import type { QueryClient, QueryKey } from '@tanstack/react-query';
import type { TagDetailsPage } from '#contract/tag';
import { onNextFrame } from '#lib/frames';
import { emptyTagBook, enterDetails, type TagBook } from '#lib/tag-details';

export type BookWriter = {
  /** What is known now, pages that wait for their frame included. */
  readonly read: () => TagBook;
  /** Enters a page at the next turn (a frame, unless said otherwise), together with all others that wait for it. */
  readonly enter: (page: TagDetailsPage) => void;
  readonly change: (change: (book: TagBook) => TagBook) => void;
};

const joinPages = (pages: readonly TagDetailsPage[]): TagDetailsPage => ({
  details: pages.flatMap(({ details }) => details),
  failures: pages.flatMap(({ failures }) => failures),
});

/** Writes what is known of a repository's tags into the query cache, at most once a turn. */
export const createBookWriter = (
  client: QueryClient,
  queryKey: QueryKey,
  onNextTurn: (takeIn: () => void) => void = onNextFrame,
): BookWriter => {
  let waiting: TagDetailsPage[] = [];
  const change = (edit: (book: TagBook) => TagBook): void => {
    const before = client.getQueryData<TagBook>(queryKey) ?? emptyTagBook;
    const after = edit(before);
    if (after !== before) client.setQueryData<TagBook>(queryKey, after);
  };
  const takeIn = (): void => {
    if (waiting.length === 0) return;
    const pages = waiting;
    waiting = [];
    change((book) => enterDetails(book, joinPages(pages)));
  };
  return {
    read: () => {
      takeIn();
      return client.getQueryData<TagBook>(queryKey) ?? emptyTagBook;
    },
    change: (edit) => {
      takeIn();
      change(edit);
    },
    enter: (page) => {
      if (waiting.push(page) === 1) onNextTurn(takeIn);
    },
  };
};
