import type { RepositoryListEnd } from '#contract/repository';
import { formatCount } from '#lib/format';
import type { StreamQueryResult } from '#lib/stream-query';

export type RepositoryList = StreamQueryResult<readonly string[], RepositoryListEnd>;

/** "318", "12 of 318" under a filter, "1,200 of ?" while the rest is on its way, nothing before the first page. */
export const countWords = (list: RepositoryList, shown: number): string => {
  const known = list.value.length;
  if (list.isPending || (known === 0 && !list.isComplete)) return '';
  if (!list.isComplete) return `${formatCount(known)} of ?`;
  return shown === known ? formatCount(known) : `${formatCount(shown)} of ${formatCount(known)}`;
};

const namesLeftOut = (count: number): string =>
  count === 1
    ? 'One name was left out: it is no valid repository name.'
    : `${formatCount(count)} names were left out: they are no valid repository names.`;

/** What has to be said about a list that is not simply whole. */
export const notesOf = ({ end, error }: RepositoryList): readonly string[] => [
  ...(error === undefined ? [] : [`The list is not complete: ${error.message}`]),
  ...(end?.truncated === undefined ? [] : [end.truncated]),
  ...(end === undefined || end.invalidCount === 0 ? [] : [namesLeftOut(end.invalidCount)]),
];
