import { IconGauge } from '@tabler/icons-react';
import { localRegistryId } from '#contract/local';
import { StateDot } from '#components/StateDot';
import { LiveText } from '#components/LiveText';
import { useLocal } from '#lib/local';
import { localDotOf, localStateWords } from '#lib/local-words';
import { useNow } from '#lib/now';
import { dotOf, stateWords } from '#lib/registry-words';
import { useRegistry } from '#lib/use-registry';
import { visibleText } from '#oci/text';
import { openLocalPage } from '#state/local';
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

/** Where the local registry is, and the way to its page. */
const LocalStatus = () => {
  const isListed = useRegistry(localRegistryId) !== undefined;
  const local = useLocal();
  const now = useNow();
  if (!isListed || local === undefined) return null;
  const words = localStateWords(local.state, now);
  return (
    <button
      type="button"
      className={classes['local']}
      data-state={local.state.kind}
      title={`Local registry: ${words}`}
      onClick={openLocalPage}
    >
      <StateDot state={localDotOf(local.state)} label="" />
      <span>
        Local {local.state.kind === 'running' ? visibleText(local.host) : words.toLowerCase()}
      </span>
    </button>
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
      {registry !== undefined && !registry.isLocal && (
        <span className={classes['connection']} title={visibleText(registry.origin)}>
          <StateDot state={dotOf(registry.state)} label="" />
          <span className={classes['connectionText']}>
            {visibleText(registry.name)}: {stateWords(registry)}
          </span>
        </span>
      )}
      <LocalStatus />
    </div>
  );
};
