import { Button } from '@mantine/core';
import { IconArrowBackUp, IconHandStop } from '@tabler/icons-react';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { ActionButton } from '#components/ActionButton';
import { visibleText } from '#oci/text';
import { useDialogs } from '#state/dialogs';
import { isNothingToDo } from './plan-words';
import { notYetReason, type Stage } from './stage';
import type { Run } from './use-run';
import classes from './PlanFooter.module.css';

type PlanFooterProps = {
  readonly stage: Stage;
  readonly confirmed: ReadonlySet<string>;
  readonly isUndo: boolean;
  readonly run: Run;
  readonly onAgain: () => void;
  readonly onClose: () => void;
};

const undoWords = 'Kept in the journal: undo works as long as the registry keeps the layers.';

/** What stands beside the buttons: why one cannot be pressed, else what is possible afterwards. */
const Note = ({
  id,
  stage,
  confirmed,
  isUndo,
}: Pick<PlanFooterProps, 'stage' | 'confirmed' | 'isUndo'> & { readonly id: string }) => {
  let words: ReactNode = null;
  let isReason = false;
  if (stage.kind === 'plan') {
    // A blocker is told in full above.
    const reason = stage.plan.blockers.length > 0 ? undefined : notYetReason(stage.plan, confirmed);
    isReason = reason !== undefined;
    words = reason ?? (isUndo || stage.plan.blockers.length > 0 ? null : undoWords);
  } else if (stage.kind === 'running') {
    words = 'Stopping waits for the step that is under way.';
  }
  return (
    <p id={id} className={classes['note']} data-reason={isReason || undefined}>
      {!isReason && words === undoWords && <IconArrowBackUp size={15} stroke={1.8} aria-hidden />}
      <span>{words}</span>
    </p>
  );
};

/** Starts the change, and then shows that it goes on: it stays in its place, so that a second click hits nothing else. */
const PrimaryButton = ({
  stage,
  confirmed,
  run,
  onAgain,
  noteId,
}: PlanFooterProps & { readonly noteId: string }) => {
  if (stage.kind === 'plan' && !isNothingToDo(stage.plan)) {
    const { planId, isDestructive, action } = stage.plan;
    return (
      <ActionButton
        key="run"
        variant="filled"
        color={isDestructive ? 'red' : 'teal'}
        disabledReason={notYetReason(stage.plan, confirmed)}
        aria-describedby={noteId}
        onClick={() => run.start(planId, [...confirmed])}
      >
        {visibleText(action)}
      </ActionButton>
    );
  }
  if (stage.kind === 'running') {
    return (
      <Button
        key="run"
        variant="filled"
        color={stage.plan.isDestructive ? 'red' : 'teal'}
        loading
        aria-label="The change is under way"
      >
        {visibleText(stage.plan.action)}
      </Button>
    );
  }
  if (stage.kind !== 'run-failed') return null;
  return (
    <Button key="again" variant="filled" onClick={onAgain}>
      Make the plan again
    </Button>
  );
};

const AfterButtons = ({ stage, isUndo, run }: PlanFooterProps) => {
  const openDialog = useDialogs((state) => state.openDialog);
  if (stage.kind !== 'over') return null;
  const { changeId, outcome } = stage.outcome;
  if (changeId === undefined) return null;
  const isOpenEnded = outcome === 'cancelled' || outcome === 'stopped';
  return (
    <>
      {isOpenEnded && <Button onClick={() => run.goOn(changeId)}>Go on</Button>}
      {!isUndo && (
        <Button
          leftSection={<IconArrowBackUp size={15} stroke={1.8} />}
          onClick={() => openDialog({ kind: 'plan-undo', changeId })}
        >
          {isOpenEnded ? 'Undo what was done…' : 'Undo…'}
        </Button>
      )}
    </>
  );
};

const leaveWords = (stage: Stage): string => {
  if (stage.kind === 'running') return stage.isStopping ? 'Stopping…' : 'Stop after this step';
  const isOver = stage.kind === 'over' || stage.kind === 'run-failed';
  return isOver || (stage.kind === 'plan' && isNothingToDo(stage.plan)) ? 'Close' : 'Cancel';
};

/** The buttons. The one that leaves is the same from the first moment to the last, and takes the focus when another goes. */
export const PlanFooter = (props: PlanFooterProps) => {
  const { stage, run, onClose } = props;
  const leave = useRef<HTMLButtonElement>(null);
  const noteId = useId();
  const isRunning = stage.kind === 'running';
  useEffect(() => {
    const { activeElement } = document;
    if (activeElement === null || activeElement === document.body) leave.current?.focus();
  });
  return (
    <div className={classes['root']}>
      <Note {...props} id={noteId} />
      <div className={classes['buttons']}>
        <Button
          ref={leave}
          data-autofocus
          aria-disabled={(isRunning && stage.isStopping) || undefined}
          {...(isRunning ? { leftSection: <IconHandStop size={15} stroke={1.8} /> } : {})}
          onClick={() => {
            if (!isRunning) onClose();
            else if (!stage.isStopping) run.stop();
          }}
        >
          {leaveWords(stage)}
        </Button>
        <AfterButtons {...props} />
        <PrimaryButton {...props} noteId={noteId} />
      </div>
    </div>
  );
};
