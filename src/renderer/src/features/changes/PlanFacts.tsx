import type { PlanView } from '#contract/change';
import { planFacts } from './plan-facts';
import classes from './PlanFacts.module.css';

/** How much goes, how much stays, and what comes back on the disk. */
export const PlanFacts = ({ plan }: { readonly plan: PlanView }) => {
  const facts = planFacts(plan);
  if (facts.length === 0) return null;
  return (
    <ul className={classes['facts']}>
      {facts.map(({ key, value, words, tone }) => (
        <li key={key} className={classes['fact']} data-fact={key}>
          <span className={classes['value']} data-tone={tone}>
            {value}
          </span>{' '}
          <span className={classes['words']}>{words}</span>
        </li>
      ))}
    </ul>
  );
};
