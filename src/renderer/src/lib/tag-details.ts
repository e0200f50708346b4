import type { ContractError } from '#contract/result';
import type { TagDetails, TagDetailsPage } from '#contract/tag';

/**
 * What is known of a repository's tags beyond their names. A value: each batch makes a new one, so it can live in the
 * query cache and be compared by identity.
 */
export type TagBook = {
  readonly byTag: ReadonlyMap<string, TagDetails>;
  readonly failures: ReadonlyMap<string, ContractError>;
  /** Digest → the tags known to point at it, in the order their details came. */
  readonly byDigest: ReadonlyMap<string, readonly string[]>;
  /** Tags read before the last refresh: shown as they were until they are read again. */
  readonly stale: ReadonlySet<string>;
};

export const emptyTagBook: TagBook = {
  byTag: new Map(),
  failures: new Map(),
  byDigest: new Map(),
  stale: new Set(),
};

const moveDigest = (
  byDigest: Map<string, readonly string[]>,
  tag: string,
  from: string | undefined,
  to: string,
): void => {
  if (from === to) return;
  if (from !== undefined) {
    const rest = (byDigest.get(from) ?? []).filter((other) => other !== tag);
    if (rest.length === 0) byDigest.delete(from);
    else byDigest.set(from, rest);
  }
  byDigest.set(to, [...(byDigest.get(to) ?? []), tag]);
};

/** Enters a batch; a tag that was read again, or that failed before and now answers, takes its new place. */
export const enterDetails = (book: TagBook, page: TagDetailsPage): TagBook => {
  const byTag = new Map(book.byTag);
  const byDigest = new Map(book.byDigest);
  const failures = new Map(book.failures);
  const stale = new Set(book.stale);
  for (const details of page.details) {
    moveDigest(byDigest, details.tag, byTag.get(details.tag)?.digest, details.digest);
    byTag.set(details.tag, details);
    failures.delete(details.tag);
    stale.delete(details.tag);
  }
  for (const { tag, error } of page.failures) {
    if (error.code === 'cancelled') continue;
    failures.set(tag, error);
    stale.delete(tag);
  }
  return { byTag, byDigest, failures, stale };
};

/** After a refresh: everything read so far is read again when it is next wanted, and nothing counts as failed. */
export const makeStale = (book: TagBook): TagBook => ({
  ...book,
  failures: new Map(),
  stale: new Set(book.byTag.keys()),
});

/** Drops what is known of tags that the registry no longer lists. */
export const keepTags = (book: TagBook, tags: readonly string[]): TagBook => {
  if (book.byTag.size === 0) return book;
  const listed = new Set(tags);
  const gone = [...book.byTag.keys()].filter((tag) => !listed.has(tag));
  if (gone.length === 0) return book;
  const byTag = new Map(book.byTag);
  const byDigest = new Map(book.byDigest);
  for (const tag of gone) {
    const digest = byTag.get(tag)?.digest ?? '';
    byTag.delete(tag);
    const rest = (byDigest.get(digest) ?? []).filter((other) => other !== tag);
    if (rest.length === 0) byDigest.delete(digest);
    else byDigest.set(digest, rest);
  }
  return { ...book, byTag, byDigest };
};

/** Forgets why these tags failed, so that they are asked again. */
export const forgetFailures = (book: TagBook, tags: readonly string[]): TagBook => {
  const failures = new Map(book.failures);
  for (const tag of tags) failures.delete(tag);
  return { ...book, failures };
};

/** The tags of a list that still have to be read: neither read (since the last refresh) nor failed. */
export const unreadTags = (book: TagBook, tags: readonly string[]): readonly string[] =>
  tags.filter((tag) => (!book.byTag.has(tag) || book.stale.has(tag)) && !book.failures.has(tag));

/** The other known tags on the same digest. */
export const siblingTags = (book: TagBook, tag: string): readonly string[] => {
  const digest = book.byTag.get(tag)?.digest;
  if (digest === undefined) return [];
  return (book.byDigest.get(digest) ?? []).filter((other) => other !== tag);
};
