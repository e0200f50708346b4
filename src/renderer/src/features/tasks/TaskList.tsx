import { IconCheck, IconCircleX, IconLoader2, IconPlayerStop, IconX } from '@tabler/icons-react';
import type { TaskView } from '#contract/task';
import { IconAction } from '#components/IconAction';
import { ProgressBar } from '#components/ProgressBar';
import { api, callOrThrow } from '#lib/api';
import { visibleText } from '#oci/text';
import { sayOutcome } from '#state/status-message';
import { percentOf, progressWords, stateWords } from './task-words';
import classes from './TaskList.module.css';

const icons = {
  running: <IconLoader2 size={15} stroke={1.8} />,
  done: <IconCheck size={15} stroke={1.8} />,
  failed: <IconCircleX size={15} stroke={1.8} />,
  cancelled: <IconPlayerStop size={15} stroke={1.8} />,
};

export const cancelTask = ({ id, title }: TaskView): void =>
  void sayOutcome(callOrThrow(api.task.cancel({ taskId: id })), `Cancelled: ${title}`);

const TaskLine = ({ task }: { readonly task: TaskView }) => {
  const isRunning = task.state === 'running';
  return (
    <li className={classes['task']} data-state={task.state}>
      <span className={classes['icon']} title={stateWords[task.state]}>
        {icons[task.state]}
      </span>
      <div className={classes['body']}>
        <span className={classes['title']}>{visibleText(task.title)}</span>
        {isRunning && <ProgressBar percent={percentOf(task)} label={visibleText(task.title)} />}
        <span className={classes['words']}>
          {stateWords[task.state]}, {progressWords(task)}
          {task.error !== undefined && `. ${visibleText(task.error.message)}`}
        </span>
      </div>
      {isRunning && (
        <IconAction
          size="small"
          label={`Cancel: ${visibleText(task.title)}`}
          icon={<IconX size={14} />}
          onClick={() => cancelTask(task)}
        />
      )}
    </li>
  );
};

/** Every task of this run, newest first. */
export const TaskList = ({ tasks }: { readonly tasks: readonly TaskView[] }) => (
  <ul className={classes['list']} aria-label="Tasks">
    {tasks.map((task) => (
      <TaskLine key={task.id} task={task} />
    ))}
  </ul>
);
