import { z } from 'zod';
import { call, stream } from './channel';
import type { ContractError } from './result';

/** Anything that runs long enough to be watched: shown in the status bar and the task list. */
export type TaskView = {
  readonly id: string;
  /** Plain words: "Reading details of 10,000 tags in team/app". */
  readonly title: string;
  readonly state: 'running' | 'done' | 'failed' | 'cancelled';
  readonly completed: number;
  /** Absent while the end is not known. */
  readonly total?: number;
  readonly unit: 'tags' | 'bytes' | 'repositories' | 'steps' | 'blobs';
  /** ISO 8601. */
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly error?: ContractError;
};

export const taskChannels = {
  /** The list of tasks, newest first, whenever one changes; never ends by itself. */
  'task:watch': stream<readonly TaskView[], null>().with(z.strictObject({})),
  'task:cancel': call<null>().with(z.strictObject({ taskId: z.string().max(64) })),
};
