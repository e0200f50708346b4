import { faults } from '../errors';
import { findIndexAfter } from '../storage/repository-list';

export type Page = Readonly<{ names: readonly string[]; hasMore: boolean }>;

/** The `n` of a list request; undefined when absent. Refuses anything but a whole number from zero up. */
export function parsePageSize(query: URLSearchParams): number | undefined {
  const text = query.get('n');
  if (text === null || text === '') return undefined;
  if (!/^\d{1,9}$/u.test(text)) throw faults.pageInvalid(text);
  return Number(text);
}

/** Names after `last` (exclusive, whether or not it exists), at most `size` of them. */
export function cutPage(
  sorted: readonly string[],
  last: string | null,
  size: number | undefined,
): Page {
  const start = last === null ? 0 : findIndexAfter(sorted, last, true);
  const end = size === undefined ? sorted.length : Math.min(sorted.length, start + size);
  // distribution-spec, Listing Tags: n=0 asks for nothing and gets no Link.
  return { names: sorted.slice(start, end), hasMore: size !== 0 && end < sorted.length };
}

/** `Link` to the next page (RFC 5988), relative, because a proxy may have changed scheme and host. */
export function nextPageHeader(
  path: string,
  parameters: Readonly<Record<string, string>>,
): Record<string, string> {
  return { Link: `<${path}?${new URLSearchParams(parameters).toString()}>; rel="next"` };
}
