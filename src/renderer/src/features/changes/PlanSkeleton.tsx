import { SkeletonRows } from '#components/SkeletonRows';
import classes from './PlanFacts.module.css';

/** The shape of the plan that is being made. */
export const PlanSkeleton = () => (
  <>
    <div className={classes['facts']} data-skeleton aria-hidden>
      {[1, 2, 3].map((at) => (
        <div key={at} className={classes['fact']}>
          <span className={classes['placeholder']} data-size="value" />
          <span className={classes['placeholder']} />
        </div>
      ))}
    </div>
    <div className={classes['skeletonRows']}>
      <SkeletonRows count={5} label="The plan is being made" />
    </div>
  </>
);
