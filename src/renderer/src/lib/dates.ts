import type { SourcedDate } from '#contract/tag';
import { meaningfulDate } from '#oci/meaningful-date';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Clocks of build machines run ahead by a little; more than this is shown as the date it claims. */
const toleratedSkewMs = 5 * minute;

const absoluteFormat = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
});
const dayFormat = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
});

/** Milliseconds of a date; undefined for none, a malformed one, and the placeholders of reproducible builds (trap 39). */
export const toRecordedTime = (at: string | undefined): number | undefined => {
  const meaningful = meaningfulDate(at);
  return meaningful === undefined ? undefined : Date.parse(meaningful);
};

const recordedTimes = new WeakMap<SourcedDate, number>();

/** The same for a date of an image, kept with it: a filter or an order asks for ten thousand of them at once. */
export const recordedTimeOf = (date: SourcedDate | undefined): number | undefined => {
  if (date === undefined) return undefined;
  const known = recordedTimes.get(date);
  const time = known ?? toRecordedTime(date.at) ?? Number.NaN;
  if (known === undefined) recordedTimes.set(date, time);
  return Number.isNaN(time) ? undefined : time;
};

const counted = (count: number, noun: string): string =>
  `${count} ${count === 1 ? noun : `${noun}s`} ago`;

const formatPast = (elapsedMs: number): string => {
  const days = Math.floor(elapsedMs / day);
  if (elapsedMs < minute) return 'just now';
  if (elapsedMs < hour) return counted(Math.floor(elapsedMs / minute), 'minute');
  if (elapsedMs < day) return counted(Math.floor(elapsedMs / hour), 'hour');
  if (days < 14) return counted(days, 'day');
  if (days < 61) return counted(Math.floor(days / 7), 'week');
  if (days < 365) return counted(Math.floor(days / 30.44), 'month');
  return counted(Math.floor(days / 365.25) || 1, 'year');
};

/** "2 days ago"; a date in the future is given as the day it claims. */
export const formatRelative = (time: number, now: number): string => {
  const elapsedMs = now - time;
  if (elapsedMs < -toleratedSkewMs) return dayFormat.format(time);
  return formatPast(Math.max(0, elapsedMs));
};

/** "14 Aug 2026, 10:32:05 CEST", in this machine's time zone. */
export const formatAbsolute = (time: number): string => absoluteFormat.format(time);
