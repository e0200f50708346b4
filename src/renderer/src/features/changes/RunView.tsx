import { IconCheck, IconLoader2 } from '@tabler/icons-react';
import { useEffect } from 'react';
import type { ChangeProgress, PlanView } from '#contract/change';
import { useFixedRows } from '#lib/fixed-rows';
import { formatCount } from '#lib/format';
import { visibleText } from '#oci/text';
import { ProgressLine } from './ProgressLine';
import classes from './RunView.module.css';

/** A list that scrolls takes the focus, so that the keyboard scrolls it. */
const reachable = { tabIndex: 0 };
const rowPx = 28;
const rowsAhead = 3;

const marks = {
  done: <IconCheck size={14} stroke={2.2} aria-hidden />,
  now: <IconLoader2 size={14} stroke={2} aria-hidden />,
  next: <span className={classes['dot']} aria-hidden />,
};

const markWords = { done: 'Done: ', now: 'Under way: ', next: 'To come: ' } as const;

const markOf = (at: number, completed: number): keyof typeof marks => {
  if (at < completed) return 'done';
  return at === completed ? 'now' : 'next';
};

/** The steps while they are done, with the one under way in view. */
export const RunView = ({
  plan,
  progress,
  isStopping,
}: {
  readonly plan: PlanView;
  readonly progress: ChangeProgress | undefined;
  readonly isStopping: boolean;
}) => {
  const { steps } = plan;
  const completed = progress?.completed ?? 0;
  const total = progress?.total ?? steps.length;
  const { scroller, first, last, onScroll, scrollTo } = useFixedRows<HTMLElement>(
    steps.length,
    rowPx,
  );
  useEffect(
    () => scrollTo(Math.min(completed + rowsAhead, steps.length - 1)),
    [scrollTo, completed, steps.length],
  );
  const words = isStopping
    ? 'Stopping after this step'
    : `${formatCount(completed)} of ${formatCount(total)} steps done`;
  return (
    <div className={classes['root']}>
      <ProgressLine completed={completed} total={Math.max(total, 2)} words={words} />
      <section
        ref={scroller}
        className={classes['scroller']}
        onScroll={onScroll}
        aria-label="Steps"
        {...reachable}
      >
        <ol className={classes['list']} style={{ height: steps.length * rowPx }}>
          {steps.slice(first, last).map(({ text }, at) => {
            const mark = markOf(first + at, completed);
            return (
              <li
                key={first + at}
                className={classes['step']}
                style={{ transform: `translateY(${(first + at) * rowPx}px)` }}
                data-mark={mark}
                aria-current={mark === 'now' ? 'step' : undefined}
              >
                <span className={classes['mark']}>{marks[mark]}</span>
                <span className="tb-visually-hidden">{markWords[mark]}</span>
                <span className={classes['text']} data-hint={visibleText(text)}>
                  {visibleText(text)}
                </span>
              </li>
            );
          })}
        </ol>
      </section>
    </div>
  );
};
