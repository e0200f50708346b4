import type { TaskView } from '#contract/task';
import { formatBytes, formatCount } from '#lib/format';

/** "52 of 84 MB", "4,200 of 10,000 tags", "12 repositories" while the end is not known. */
export const progressWords = ({ completed, total, unit }: TaskView): string => {
  if (unit === 'bytes') {
    return total === undefined
      ? formatBytes(completed)
      : `${formatBytes(completed)} of ${formatBytes(total)}`;
  }
  return total === undefined
    ? `${formatCount(completed)} ${unit}`
    : `${formatCount(completed)} of ${formatCount(total)} ${unit}`;
};

/** 0 to 100; undefined while the end is not known. */
export const percentOf = ({ completed, total }: TaskView): number | undefined => {
  if (total === undefined || total <= 0) return undefined;
  return Math.min(100, Math.max(0, (completed / total) * 100));
};

export const stateWords: Readonly<Record<TaskView['state'], string>> = {
  running: 'Running',
  done: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
};
