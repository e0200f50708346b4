import { IconAlertTriangle, IconCircleCheck, IconPlayerStop } from '@tabler/icons-react';
import type { ChangeStep, StepState } from '#contract/change';
import { formatCount, formatCounted } from '#lib/format';
import { visibleText } from '#oci/text';
import { exceptionsOf, type Outcome, outcomeWords } from './outcome';
import classes from './ReportView.module.css';

/** More than anybody reads; the journal has them all. */
const mostShown = 200;

/** What scrolls takes the focus, so that the keyboard scrolls it. */
const reachable = { tabIndex: 0 };

const titles: Readonly<Record<Outcome['outcome'], string>> = {
  done: 'Done',
  'done-with-exceptions': 'Done, with exceptions',
  stopped: 'Stopped before the end',
  cancelled: 'Stopped, as you asked',
};

const icons: Readonly<Record<Outcome['outcome'], typeof IconCircleCheck>> = {
  done: IconCircleCheck,
  'done-with-exceptions': IconAlertTriangle,
  stopped: IconAlertTriangle,
  cancelled: IconPlayerStop,
};

const stateWords: Readonly<Record<StepState, string>> = {
  done: 'done',
  already: 'was so already',
  skipped: 'skipped',
  failed: 'failed',
  'put-back': 'put back',
  begun: 'begun, not certain',
  'not-run': 'not reached',
};

const Exception = ({ step }: { readonly step: ChangeStep }) => (
  <li className={classes['exception']}>
    <span className={classes['state']} data-state={step.state}>
      {stateWords[step.state]}
    </span>
    <div className={classes['words']}>
      <p>{visibleText(step.text)}</p>
      {step.note !== undefined && <p className={classes['note']}>{visibleText(step.note)}</p>}
      {step.message !== undefined && (
        <p className={classes['note']}>
          The registry says: <q>{visibleText(step.message)}</q>
        </p>
      )}
    </div>
  </li>
);

const LostTags = ({ tags }: { readonly tags: readonly string[] }) => {
  if (tags.length === 0) return null;
  const rest = tags.length - mostShown;
  return (
    <section className={classes['lost']} aria-label="Tags that are gone">
      <h3>
        {formatCounted(
          tags.length,
          'tag that nobody asked to remove is',
          'tags that nobody asked to remove are',
        )}{' '}
        no longer listed
      </h3>
      <p className={classes['tags']}>
        {tags
          .slice(0, mostShown)
          .map((tag) => visibleText(tag))
          .join(', ')}
        {rest > 0 && ` and ${formatCount(rest)} more`}
      </p>
    </section>
  );
};

/** What was done, and everything that did not go as planned. */
export const ReportView = ({ outcome }: { readonly outcome: Outcome }) => {
  const Icon = icons[outcome.outcome];
  const exceptions = exceptionsOf(outcome).filter(({ state }) => state !== 'not-run');
  return (
    <section className={classes['root']} aria-label="What was done" {...reachable}>
      <div className={classes['head']} data-outcome={outcome.outcome}>
        <Icon size={20} stroke={1.7} className={classes['icon']} aria-hidden />
        <div>
          <h3 className={classes['title']}>{titles[outcome.outcome]}</h3>
          <p className={classes['text']}>{outcomeWords(outcome)}</p>
          {outcome.stoppedBy !== undefined && (
            <p className={classes['text']}>{visibleText(outcome.stoppedBy)}</p>
          )}
        </div>
      </div>
      <LostTags tags={outcome.lostTags} />
      {exceptions.length > 0 && (
        <ul className={classes['exceptions']} aria-label="Exceptions">
          {exceptions.slice(0, mostShown).map((step, at) => (
            <Exception key={at} step={step} />
          ))}
        </ul>
      )}
      {exceptions.length > mostShown && (
        <p className={classes['more']}>
          {formatCount(exceptions.length - mostShown)} more are not shown.
        </p>
      )}
    </section>
  );
};
