import { SkeletonRows } from '#components/SkeletonRows';
import classes from './PlanFacts.module.css';

/** The shape of the plan that is being made. */
export const PlanSkeleton = () => (
  <>
    <div className={classes['facts']} aria-hidden>
      {[1, 2, 3].map((at) => (
        <div key={at} className={classes['fact']}>
          <span className={classes['placeholder']} data-size="value" />
          <span className={classes['placeholder']} />
        </div>
      ))}
    </div>
    <SkeletonRows count={4} label="The plan is being made" />
  </>
);
