import { Button } from '@mantine/core';
import { IconBan, IconInfoCircle } from '@tabler/icons-react';
import type { PlanBlocker, PlanView } from '#contract/change';
import { CopyButton } from '#components/CopyButton';
import { visibleText } from '#oci/text';
import { useDialogs } from '#state/dialogs';
import { isNothingToDo } from './plan-words';
import classes from './PlanBlockers.module.css';

const Line = ({ blocker }: { readonly blocker: PlanBlocker }) => (
  <li>
    <p className={classes['message']}>{visibleText(blocker.message)}</p>
    {blocker.setting !== undefined && (
      <p className={classes['setting']}>
        The setting that would allow it: <code>{visibleText(blocker.setting)}</code>
        <CopyButton text={blocker.setting} label="Copy the setting" />
      </p>
    )}
  </li>
);

/** What stands in the way of a plan, and what would clear it. */
export const PlanBlockers = ({ plan }: { readonly plan: PlanView }) => {
  const { blockers, registryId, repository } = plan;
  const openDialog = useDialogs((state) => state.openDialog);
  if (isNothingToDo(plan)) {
    return (
      <div className={classes['root']} data-kind="nothing">
        <IconInfoCircle size={16} stroke={1.8} className={classes['icon']} aria-hidden />
        <div className={classes['text']}>
          <h3 className={classes['title']}>Nothing to do</h3>
          <p className={classes['message']}>
            {plan.rows.length === 0
              ? 'Everything is as asked for already.'
              : 'Everything is as asked for already, or is left on purpose. The table says why.'}
          </p>
        </div>
      </div>
    );
  }
  if (blockers.length === 0) return null;
  return (
    <section className={classes['root']} aria-label="What stands in the way">
      <IconBan size={16} stroke={1.8} className={classes['icon']} aria-hidden />
      <div className={classes['text']}>
        <h3 className={classes['title']}>This cannot be done now</h3>
        <ul className={classes['list']}>
          {blockers.map((blocker) => (
            <Line key={blocker.message} blocker={blocker} />
          ))}
        </ul>
      </div>
      <Button
        className={classes['action'] ?? ''}
        onClick={() => openDialog({ kind: 'capabilities', registryId, repository })}
      >
        What the registry allows…
      </Button>
    </section>
  );
};
