import { Checkbox } from '@mantine/core';
import { IconShieldLock } from '@tabler/icons-react';
import { useId } from 'react';
import type { PlanView } from '#contract/change';
import { visibleText } from '#oci/text';
import type { Confirming } from './PlanBody';
import classes from './PlanBlockers.module.css';

/** Protected tags ask a second time, each for itself: there is no tick for all. */
export const PlanConfirmations = ({
  plan,
  confirmed,
  onConfirm,
}: { readonly plan: PlanView } & Confirming) => {
  const titleId = useId();
  const { confirmations } = plan;
  if (confirmations.length === 0 || plan.blockers.length > 0) return null;
  return (
    <div className={classes['root']} data-kind="confirm">
      <IconShieldLock size={16} stroke={1.8} className={classes['icon']} aria-hidden />
      <div className={classes['text']}>
        <h3 id={titleId} className={classes['title']}>
          {confirmations.length === 1
            ? 'A protected tag is part of this. Tick it if you mean it.'
            : `${confirmations.length} protected tags are part of this. Tick each one that you mean.`}
        </h3>
        <fieldset className={classes['ticks']} aria-labelledby={titleId}>
          {confirmations.map(({ tag, pattern }) => (
            <Checkbox
              key={tag}
              size="xs"
              className={classes['tick'] ?? ''}
              checked={confirmed.has(tag)}
              onChange={(event) => onConfirm(tag, event.currentTarget.checked)}
              label={
                <>
                  <strong>{visibleText(tag)}</strong>{' '}
                  {pattern !== tag && (
                    <span className={classes['pattern']}>
                      protected by <code>{visibleText(pattern)}</code>
                    </span>
                  )}
                </>
              }
            />
          ))}
        </fieldset>
      </div>
    </div>
  );
};
