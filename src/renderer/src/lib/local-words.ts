import type { LocalProgress, LocalSettingsView, LocalState, LocalView } from '#contract/local';
import { formatBytes, formatCount, formatCounted } from './format';
import type { Dot } from './registry-words';

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const clockSeconds = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const dayAndClock = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const shortDay = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

const isSameDay = (time: number, now: number): boolean => day.format(time) === day.format(now);

/** "09:12" today, "3 Mar, 09:12" before; nothing for what is no date. */
export const formatMoment = (at: string, now: number): string => {
  const time = Date.parse(at);
  if (Number.isNaN(time)) return '';
  return isSameDay(time, now) ? clock.format(time) : dayAndClock.format(time);
};

/** "12:04:31" today, "3 Mar, 12:04" before: as wide either way as a column of times needs. */
export const formatSecond = (at: string, now: number): string => {
  const time = Date.parse(at);
  if (Number.isNaN(time)) return '';
  return isSameDay(time, now) ? clockSeconds.format(time) : dayAndClock.format(time);
};

/** "12 Mar 2027". */
export const formatDay = (at: string): string => {
  const time = Date.parse(at);
  return Number.isNaN(time) ? '' : day.format(time);
};

/** "12 Mar". */
export const formatShortDay = (at: string): string => {
  const time = Date.parse(at);
  return Number.isNaN(time) ? '' : shortDay.format(time);
};

/** "0.8 s", "42 ms", "3 min 5 s". */
export const formatDuration = (durationMs: number): string => {
  if (durationMs < 1000) return `${Math.round(durationMs)} ms`;
  if (durationMs < 60_000) return `${(durationMs / 1000).toFixed(1)} s`;
  const seconds = Math.round(durationMs / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
};

export const localDotOf = (state: LocalState | undefined): Dot => {
  if (state === undefined || state.kind === 'off') return 'unknown';
  if (state.kind === 'failed') return 'failed';
  if (state.kind === 'running') return state.silentSince === undefined ? 'ready' : 'warning';
  return 'checking';
};

/** The state in a few words: "Running since 09:12". */
export const localStateWords = (state: LocalState | undefined, now: number): string => {
  if (state === undefined) return 'Asking';
  if (state.kind === 'off') return 'Off';
  if (state.kind === 'failed') return `Stopped at ${formatMoment(state.failedAt, now)}`;
  if (state.kind === 'starting') return 'Starting';
  if (state.kind === 'stopping') return 'Stopping';
  if (state.silentSince !== undefined) {
    return `Silent since ${formatMoment(state.silentSince, now)}`;
  }
  return `Running since ${formatMoment(state.startedAt, now)}`;
};

/** The switch stands where the registry is going. */
export const isLocalOn = (state: LocalState | undefined): boolean =>
  state?.kind === 'running' || state?.kind === 'starting';

/** Why nothing can be asked of the registry now; undefined while it runs. */
export const notRunningReason = (local: LocalView | undefined): string | undefined => {
  const state = local?.state;
  if (state === undefined) return 'The local registry was not asked yet.';
  if (state.kind !== 'running') return 'The local registry is not running.';
  return state.silentSince === undefined ? undefined : 'The local registry does not answer.';
};

/** A limit is a round number that somebody typed: "20 GB", not "20.0 GB". */
export const formatLimit = (limitBytes: number): string =>
  formatBytes(limitBytes).replace(/\.0 /u, ' ');

/** "4.2 GB of 20 GB", "4.2 GB, 182 GB free". */
export const usedWords = ({
  usedBytes,
  freeBytes,
  settings,
}: Pick<LocalView, 'usedBytes' | 'freeBytes' | 'settings'>): string => {
  if (usedBytes === undefined) return '';
  const used = formatBytes(usedBytes);
  if (settings.limitBytes !== null) return `${used} of ${formatLimit(settings.limitBytes)}`;
  return freeBytes === undefined ? used : `${used}, ${formatBytes(freeBytes)} free`;
};

export const reachWords: Readonly<Record<LocalSettingsView['reach'], string>> = {
  'this-computer': 'this computer only',
  network: 'the network',
};

/** "52 of 84 MB", "12 of 40 blobs", with what is being done now in front. */
export const localProgressWords = ({ completed, total, unit, step }: LocalProgress): string => {
  const isBytes = unit === 'bytes';
  const done = isBytes ? formatBytes(completed) : formatCount(completed);
  const whole = total === undefined ? undefined : isBytes ? formatBytes(total) : formatCount(total);
  const count = whole === undefined ? done : `${done} of ${whole}`;
  const words = isBytes ? count : `${count} ${unit}`;
  return step === undefined ? words : `${step}: ${words}`;
};

/** 0 to 100; undefined while the end is not known. */
export const localPercent = (progress: LocalProgress | undefined): number | undefined => {
  if (progress?.total === undefined || progress.total <= 0) return undefined;
  return Math.min(100, Math.max(0, (progress.completed / progress.total) * 100));
};

/** "12 repositories, 141 tags"; nothing until they were counted. */
export const contentWords = ({
  repositoryCount,
  tagCount,
}: Pick<LocalView, 'repositoryCount' | 'tagCount'>): string => {
  if (repositoryCount === undefined) return '';
  const repositories = formatCounted(repositoryCount, 'repository', 'repositories');
  return tagCount === undefined
    ? repositories
    : `${repositories}, ${formatCounted(tagCount, 'tag')}`;
};
