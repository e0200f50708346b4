import { useRef } from 'react';
import type { PlanView } from '#contract/change';
import { ErrorState } from '#components/ErrorState';
import type { Confirming } from './confirming';
import { ProgressLine } from './ProgressLine';
import { PlanBlockers } from './PlanBlockers';
import { PlanConfirmations } from './PlanConfirmations';
import { PlanFacts } from './PlanFacts';
import { PlanNotes } from './PlanNotes';
import { PlanSkeleton } from './PlanSkeleton';
import { PlanSteps } from './PlanSteps';
import { PlanTable } from './PlanTable';
import { progressWords } from './plan-words';
import { ReportView } from './ReportView';
import { RunView } from './RunView';
import type { Stage } from './stage';
import classes from './PlanDialog.module.css';

/** What scrolls takes the focus, so that the keyboard scrolls a long plan. */
const reachable = { tabIndex: 0 };

const PlanOf = ({ plan, ...confirming }: { readonly plan: PlanView } & Confirming) => {
  const scroller = useRef<HTMLElement>(null);
  return (
    <>
      <section ref={scroller} className={classes['scroller']} aria-label="The plan" {...reachable}>
        <PlanFacts plan={plan} />
        <PlanBlockers plan={plan} />
        <PlanConfirmations plan={plan} {...confirming} />
        <PlanNotes notes={plan.notes} />
        <PlanTable rows={plan.rows} scroller={scroller} />
      </section>
      <PlanSteps plan={plan} />
    </>
  );
};

/** What the dialog shows between its title and its buttons. */
export const PlanBody = ({
  stage,
  registryId,
  onRetry,
  ...confirming
}: {
  readonly stage: Stage;
  readonly registryId: string | undefined;
  readonly onRetry: () => void;
} & Confirming) => {
  switch (stage.kind) {
    case 'planning': {
      const { completed = 0, total = 0 } = stage.progress ?? {};
      return (
        <div className={classes['plain']}>
          <ProgressLine completed={completed} total={total} words={progressWords(stage.progress)} />
          <PlanSkeleton />
        </div>
      );
    }
    case 'plan':
      return <PlanOf plan={stage.plan} {...confirming} />;
    case 'running':
      return <RunView {...stage} />;
    case 'over':
      return <ReportView outcome={stage.outcome} />;
    case 'plan-failed':
      return (
        <div className={classes['plain']}>
          <ErrorState
            variant="inline"
            error={stage.error}
            registryId={registryId}
            onRetry={onRetry}
          />
        </div>
      );
    case 'run-failed':
      return (
        <div className={classes['plain']}>
          <ErrorState variant="inline" error={stage.error} registryId={registryId} />
        </div>
      );
  }
};
