import type { LocalActivity } from '#contract/local';
import { formatBytes } from '#lib/format';
import { clipDigest } from '#lib/digest-text';
import { visibleText } from '#oci/text';

export const filters = ['all', 'push', 'pull', 'delete'] as const;
export type ActivityFilter = (typeof filters)[number];

export const filterWords: Readonly<Record<ActivityFilter, string>> = {
  all: 'All',
  push: 'Pushes',
  pull: 'Pulls',
  delete: 'Deletes',
};

/** What this window reads while it is looked at is no news to the person who looks. */
const isNoise = ({ action, isOwn }: LocalActivity): boolean => isOwn && action === 'pull';

const fits = ({ action }: LocalActivity, filter: ActivityFilter): boolean => {
  if (filter === 'all' || action === filter) return true;
  if (filter === 'push') return action === 'mount';
  return filter === 'delete' && action === 'collect';
};

export const shownEntries = (
  entries: readonly LocalActivity[],
  filter: ActivityFilter,
): readonly LocalActivity[] => entries.filter((entry) => !isNoise(entry) && fits(entry, filter));

/** "shop/api:dev", "shop/api@sha256:9f2c…": what it was done to. */
export const subjectOf = ({ repository, tag, digest }: LocalActivity): string => {
  if (repository === undefined) return '–';
  const name = visibleText(repository);
  if (tag !== undefined) return `${name}:${visibleText(tag)}`;
  return digest === undefined ? name : `${name}@${clipDigest(digest)}`;
};

/** What it came to; without words of its own, the bytes. */
export const outcomeOf = ({ outcome, sizeBytes }: LocalActivity): string => {
  if (outcome !== undefined) return visibleText(outcome);
  return sizeBytes === undefined ? '' : formatBytes(sizeBytes);
};

export const clientOf = ({ client, user, isOwn }: LocalActivity): string => {
  const who = isOwn ? 'Tagboat' : visibleText(client);
  return user === undefined ? who : `${who} as ${visibleText(user)}`;
};
