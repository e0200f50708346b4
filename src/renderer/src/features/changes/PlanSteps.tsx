import type { PlanView } from '#contract/change';
import { formatCount, formatCounted } from '#lib/format';
import { useFixedRows } from '#lib/fixed-rows';
import { visibleText } from '#oci/text';
import { costWords } from './plan-words';
import classes from './PlanSteps.module.css';

/** A list that scrolls takes the focus, so that the keyboard scrolls it. */
const reachable = { tabIndex: 0 };
const rowPx = 24;

const StepRows = ({ steps }: Pick<PlanView, 'steps'>) => {
  const { scroller, first, last, onScroll } = useFixedRows<HTMLElement>(steps.length, rowPx);
  return (
    <section
      ref={scroller}
      className={classes['scroller']}
      onScroll={onScroll}
      aria-label="Steps in order"
      {...reachable}
    >
      <ol className={classes['list']} style={{ height: steps.length * rowPx }}>
        {steps.slice(first, last).map(({ text, requests }, at) => (
          <li
            key={first + at}
            className={classes['step']}
            style={{ transform: `translateY(${(first + at) * rowPx}px)` }}
            value={first + at + 1}
          >
            <span className={classes['number']} aria-hidden>
              {formatCount(first + at + 1)}
            </span>
            <span className={classes['text']} data-hint={visibleText(text)}>
              {visibleText(text)}
            </span>
            <span className={classes['requests']}>{formatCounted(requests, 'request')}</span>
          </li>
        ))}
      </ol>
    </section>
  );
};

/** How the plan is carried out, for those who want to know: each step, and what it costs in requests. */
export const PlanSteps = ({ plan }: { readonly plan: PlanView }) => {
  if (plan.steps.length === 0) return null;
  return (
    <details className={classes['root']}>
      <summary className={classes['summary']}>{costWords(plan)}</summary>
      <StepRows steps={plan.steps} />
    </details>
  );
};
