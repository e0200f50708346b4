import { Checkbox } from '@mantine/core';
import { IconShieldLock } from '@tabler/icons-react';
import { useId } from 'react';
import type { PlanConfirmation, PlanView } from '#contract/change';
import { formatCount } from '#lib/format';
import { visibleText } from '#oci/text';
import type { Confirming } from './confirming';
import classes from './PlanBlockers.module.css';

const Tick = ({
  confirmation: { tag, pattern },
  isConfirmed,
  onConfirm,
  words = '',
}: {
  readonly confirmation: PlanConfirmation;
  readonly isConfirmed: boolean;
  readonly onConfirm: Confirming['onConfirm'];
  readonly words?: string;
}) => (
  <Checkbox
    size="xs"
    className={classes['tick'] ?? ''}
    checked={isConfirmed}
    onChange={(event) => onConfirm(tag, event.currentTarget.checked)}
    label={
      <>
        <strong>{visibleText(tag)}</strong> {words}
        {pattern !== tag && (
          <span className={classes['pattern']}>
            {' '}
            (<code>{visibleText(pattern)}</code>)
          </span>
        )}
      </>
    }
  />
);

/** Protected tags ask a second time, each for itself: there is no tick for all. */
export const PlanConfirmations = ({
  plan,
  confirmed,
  onConfirm,
}: { readonly plan: PlanView } & Confirming) => {
  const titleId = useId();
  const { confirmations } = plan;
  if (confirmations.length === 0 || plan.blockers.length > 0) return null;
  const [first] = confirmations;
  const isSingle = confirmations.length === 1 && first !== undefined;
  return (
    <div className={classes['root']} data-kind="confirm">
      <IconShieldLock size={16} stroke={1.8} className={classes['icon']} aria-hidden />
      <div className={classes['text']}>
        {isSingle ? (
          <Tick
            confirmation={first}
            isConfirmed={confirmed.has(first.tag)}
            onConfirm={onConfirm}
            words="is protected. Tick it if you mean it."
          />
        ) : (
          <>
            <h3 id={titleId} className={classes['title']}>
              {formatCount(confirmations.length)} protected tags are part of this. Tick each one
              that you mean.
            </h3>
            <fieldset className={classes['ticks']} aria-labelledby={titleId}>
              {confirmations.map((confirmation) => (
                <Tick
                  key={confirmation.tag}
                  confirmation={confirmation}
                  isConfirmed={confirmed.has(confirmation.tag)}
                  onConfirm={onConfirm}
                />
              ))}
            </fieldset>
          </>
        )}
      </div>
    </div>
  );
};
