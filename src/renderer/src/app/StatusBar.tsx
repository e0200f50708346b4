import { IconGauge } from '@tabler/icons-react';
import { StateDot } from '#components/StateDot';
import { LiveText } from '#components/LiveText';
import { dotOf, stateWords } from '#lib/registry-words';
import { useRegistry } from '#lib/use-registry';
import { visibleText } from '#oci/text';
import { useSelection } from '#state/selection';
import { useStatusMessage } from '#state/status-message';
import { InterruptedStatus } from '../features/journal/InterruptedStatus';
import { TaskStatus } from '../features/tasks/TaskStatus';
import classes from './StatusBar.module.css';

const Message = () => {
  const message = useStatusMessage((state) => state.message);
  const text = visibleText(message?.text ?? '');
  return (
    <span className={classes['message']} data-tone={message?.tone} title={text}>
      <span aria-hidden>{text}</span>
      <LiveText text={text} />
    </span>
  );
};

/** Tasks and what was just done on the left; the selected registry's budget and connection on the right. */
export const StatusBar = () => {
  const registryId = useSelection((state) => state.registryId);
  const registry = useRegistry(registryId ?? '');
  const budget = registry?.pullBudget;
  const isLow = budget !== undefined && budget.remaining * 10 < budget.limit;
  return (
    <div className={classes['root']}>
      <TaskStatus />
      <InterruptedStatus />
      <Message />
      {registry !== undefined && budget !== undefined && (
        <span className={classes['budget']} data-low={isLow || undefined}>
          <IconGauge size={14} stroke={1.7} aria-hidden />
          {visibleText(registry.product === '' ? registry.host : registry.product)} pulls left{' '}
          {budget.remaining}/{budget.limit}
        </span>
      )}
      {registry !== undefined && (
        <span className={classes['connection']} title={visibleText(registry.origin)}>
          <StateDot state={dotOf(registry.state)} label="" />
          <span className={classes['connectionText']}>
            {visibleText(registry.name)}: {stateWords(registry)}
          </span>
        </span>
      )}
    </div>
  );
};
