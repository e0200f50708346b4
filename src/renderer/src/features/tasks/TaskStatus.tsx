import { Popover } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useState } from 'react';
import type { TaskView } from '#contract/task';
import { IconAction } from '#components/IconAction';
import { ProgressBar } from '#components/ProgressBar';
import { formatCounted } from '#lib/format';
import { useTasks } from '#lib/live';
import { visibleText } from '#oci/text';
import { TaskList, cancelTask } from './TaskList';
import classes from './TaskStatus.module.css';
import { percentOf, progressWords } from './task-words';

const summaryOf = (tasks: readonly TaskView[], running: readonly TaskView[]): string => {
  if (running.length > 1) return `1 of ${formatCounted(running.length, 'task')}`;
  const failed = tasks.filter(({ state }) => state === 'failed').length;
  if (running.length === 0 && failed > 0) return `${formatCounted(failed, 'task')} failed`;
  return running.length === 0 ? formatCounted(tasks.length, 'task') : '';
};

const Running = ({ task }: { readonly task: TaskView }) => (
  <>
    <span className={classes['title']}>{visibleText(task.title)}</span>
    <span className={classes['bar']}>
      <ProgressBar percent={percentOf(task)} label={visibleText(task.title)} />
    </span>
    <span className={classes['words']}>{progressWords(task)}</span>
  </>
);

/** The running task in the status bar, its cancel button, and a press away the list of all tasks. Nothing without tasks. */
export const TaskStatus = () => {
  const tasks = useTasks();
  const [isOpen, setOpen] = useState(false);
  const running = tasks.filter(({ state }) => state === 'running');
  const [first] = running;
  if (tasks.length === 0) return null;
  return (
    <div className={classes['root']}>
      <Popover opened={isOpen} onChange={setOpen} position="top-start" trapFocus returnFocus>
        <Popover.Target>
          <button
            type="button"
            className={classes['button']}
            data-failed={(first === undefined && tasks[0]?.state === 'failed') || undefined}
            onClick={() => setOpen(!isOpen)}
          >
            <span className="tb-visually-hidden">Tasks:</span>
            {first !== undefined && <Running task={first} />}
            <span>{summaryOf(tasks, running)}</span>
          </button>
        </Popover.Target>
        <Popover.Dropdown aria-label="Tasks" p="4px 8px 4px 12px">
          <TaskList tasks={tasks} />
        </Popover.Dropdown>
      </Popover>
      {first !== undefined && (
        <IconAction
          size="small"
          label={`Cancel: ${visibleText(first.title)}`}
          icon={<IconX size={14} />}
          onClick={() => cancelTask(first)}
        />
      )}
    </div>
  );
};
