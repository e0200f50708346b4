import type { LocalProgress } from '#contract/local';
import type { ContractError } from '#contract/result';
import type { WorkOptions } from '#core/local-runtime/index';
import type { Tasks } from '#core/tasks/tasks';
import type { StreamSink } from './handlers';

type Start = {
  readonly title: string;
  readonly unit: LocalProgress['unit'];
};

/**
 * Work on the local registry: its progress goes to the window that asked and to the list of tasks, where it can be
 * stopped as well.
 */
export type LocalWork = <T>(
  start: Start,
  sink: StreamSink<LocalProgress>,
  work: (options: Required<WorkOptions>) => Promise<T>,
) => Promise<T>;

export const createLocalWork =
  (tasks: Tasks<ContractError>): LocalWork =>
  ({ title, unit }, { page, signal: asked }, work) =>
    tasks.run({ title, unit, signal: asked }, ({ signal, progress: note }) =>
      work({
        signal,
        progress: (progress) => {
          note(progress.completed, progress.total, progress.unit);
          page(progress);
        },
      }),
    );
