import type { ChangeView } from '#contract/change';

const weekdayFormat = new Intl.DateTimeFormat('en-GB', {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
});
const timeFormat = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

const dayStart = (time: number, daysBefore = 0): number => {
  const date = new Date(time);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() - daysBefore).getTime();
};

/** "Today", "Yesterday", "Thursday 20 August", with the year where it is another one; in this machine's time zone. */
export const dayLabel = (time: number, now: number): string => {
  if (!Number.isFinite(time)) return 'At an unknown time';
  const day = dayStart(time);
  if (day === dayStart(now)) return 'Today';
  if (day === dayStart(now, 1)) return 'Yesterday';
  const year = new Date(time).getFullYear();
  const label = weekdayFormat.format(time);
  return year === new Date(now).getFullYear() ? label : `${label} ${year}`;
};

/** "14:32"; nothing for a date that is none. */
export const timeLabel = (time: number): string =>
  Number.isFinite(time) ? timeFormat.format(time) : '';

export type JournalRow =
  | { readonly kind: 'day'; readonly key: string; readonly label: string }
  | { readonly kind: 'change'; readonly key: string; readonly change: ChangeView };

/** The changes in their order, each day under its name. */
export const groupByDay = (changes: readonly ChangeView[], now: number): readonly JournalRow[] => {
  let label: string | undefined;
  return changes.flatMap((change): readonly JournalRow[] => {
    const row = { kind: 'change', key: change.changeId, change } as const;
    const own = dayLabel(Date.parse(change.startedAt), now);
    if (own === label) return [row];
    label = own;
    return [{ kind: 'day', key: `day before ${change.changeId}`, label: own }, row];
  });
};
