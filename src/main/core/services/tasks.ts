import type { ContractError } from '#contract/result';
import type { Tasks } from '#core/tasks/tasks';
import { untilAborted, type Handlers } from './handlers';

type TaskHandlers = Pick<Handlers, Extract<keyof Handlers, `task:${string}`>>;

export const createTaskHandlers = (tasks: Tasks<ContractError>): TaskHandlers => ({
  'task:watch': async (_request, { page, signal }) => {
    const stop = tasks.watch(page);
    await untilAborted(signal);
    stop();
    return null;
  },
  'task:cancel': ({ taskId }) => {
    tasks.cancel(taskId);
    return null;
  },
});
