import { Modal } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { PlanView } from '#contract/change';
import { HintArea } from '#components/HintArea';
import { LiveText } from '#components/LiveText';
import { useChanges } from '#lib/live';
import { useRegistry } from '#lib/use-registry';
import { visibleText } from '#oci/text';
import { useDialogs } from '#state/dialogs';
import { useLastChange } from '#state/last-change';
import { settleChange } from './after-change';
import { needsReading, type Outcome } from './outcome';
import { PlanBody } from './PlanBody';
import { PlanFooter } from './PlanFooter';
import { planTitle } from './plan-words';
import { type Stage, stageOf, stageWords } from './stage';
import { useFocusKept } from './use-focus-kept';
import { type PlanDialogKind, usePlan } from './use-plan';
import { useRun } from './use-run';
import classes from './PlanDialog.module.css';

const useTitle = (asked: PlanDialogKind): string => {
  const { value: changes } = useChanges();
  if (asked.kind === 'plan') return planTitle(asked.requests, asked.repository);
  const entry = changes.find(({ changeId }) => changeId === asked.changeId);
  if (entry === undefined) return 'Undo a change';
  const verb = entry.outcome === 'interrupted' ? 'Roll back' : 'Undo';
  return `${verb}: ${visibleText(entry.text)}`;
};

/** What is certain as long as the button was not pressed. */
const promises = ({ kind }: Stage): readonly string[] => {
  if (kind === 'plan-failed') return ['nothing was changed'];
  return kind === 'planning' || kind === 'plan'
    ? ['nothing is changed until you press the button', 'each digest is checked again first']
    : [];
};

/** Where the change is made, and that nothing has been done yet. */
const Subtitle = ({
  asked,
  plan,
  stage,
}: {
  readonly asked: PlanDialogKind;
  readonly plan: PlanView | undefined;
  readonly stage: Stage;
}) => {
  const place = asked.kind === 'plan' ? asked : plan;
  const registry = useRegistry(place?.registryId ?? '');
  const where =
    registry === undefined
      ? []
      : [
          asked.kind === 'plan'
            ? visibleText(registry.host)
            : visibleText(`${registry.host}/${place?.repository ?? ''}`),
        ];
  return <p className={classes['subtitle']}>{[...where, ...promises(stage)].join(' · ')}</p>;
};

/** What happens when a run is over: the window reads anew, and a plain success needs no further click. */
const useAfterRun = (asked: PlanDialogKind, onClose: () => void) => {
  const client = useQueryClient();
  return (plan: PlanView, outcome: Outcome | undefined): void => {
    const { registryId, repository } = plan;
    const isDone = outcome?.outcome === 'done';
    settleChange(client, { registryId, repository }, { asked, plan, isDone });
    if (outcome?.changeId === undefined || needsReading(outcome)) return;
    const { changeId, text } = outcome;
    const isUndo = asked.kind === 'plan-undo';
    useLastChange.getState().tell({ registryId, repository, changeId, text, isUndo });
    // Another dialog may have taken this one's place while the change went on.
    if (useDialogs.getState().dialog === asked) onClose();
  };
};

const nobody: ReadonlySet<string> = new Set();

/**
 * A change before it is made: everything it touches and everything it leaves. Pressing the button runs it here, step by
 * step; what did not go as planned is reported before the dialog closes.
 */
export const PlanDialog = ({
  asked,
  onClose,
}: {
  readonly asked: PlanDialogKind;
  readonly onClose: () => void;
}) => {
  const title = useTitle(asked);
  const { planning, planAgain } = usePlan(asked);
  const [confirmed, setConfirmed] = useState(nobody);
  const afterRun = useAfterRun(asked, onClose);
  const plan = planning.kind === 'ready' ? planning.plan : undefined;
  const run = useRun((outcome) => {
    if (plan !== undefined) afterRun(plan, outcome);
  });
  const stage = stageOf(planning, run.running);
  useFocusKept();
  const again = (): void => {
    run.reset();
    setConfirmed(nobody);
    planAgain();
  };
  const close = (): void => {
    if (stage.kind !== 'running') onClose();
  };
  return (
    <Modal
      opened
      onClose={close}
      title={title}
      size={960}
      yOffset="clamp(24px, 9vh, 88px)"
      xOffset={24}
      closeOnClickOutside={stage.kind !== 'running' && confirmed.size === 0}
      closeButtonProps={{ 'aria-label': 'Close', disabled: stage.kind === 'running' }}
      // Faded and not scaled: a bubble in what is transformed would be placed by the dialog's corner.
      transitionProps={{ transition: 'fade', duration: 120 }}
      classNames={{
        content: classes['content'] ?? '',
        header: classes['header'] ?? '',
        body: classes['frame'] ?? '',
      }}
    >
      <HintArea>
        <Subtitle asked={asked} plan={plan} stage={stage} />
        <LiveText text={stageWords(stage)} />
        <PlanBody
          stage={stage}
          confirmed={confirmed}
          onConfirm={(tag, isConfirmed) =>
            setConfirmed((now) => {
              const next = new Set(now);
              if (isConfirmed) next.add(tag);
              else next.delete(tag);
              return next;
            })
          }
          registryId={asked.kind === 'plan' ? asked.registryId : plan?.registryId}
          onRetry={again}
        />
        <PlanFooter
          stage={stage}
          confirmed={confirmed}
          isUndo={asked.kind === 'plan-undo'}
          run={run}
          onAgain={again}
          onClose={onClose}
        />
      </HintArea>
    </Modal>
  );
};
