import { Button } from '@mantine/core';
import { IconArrowBackUp, IconCheck, IconX } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { IconAction } from '#components/IconAction';
import { LiveText } from '#components/LiveText';
import { visibleText } from '#oci/text';
import { useRegisterActions } from '#state/actions';
import { useDialogs } from '#state/dialogs';
import { type LastChange, useLastChange } from '#state/last-change';
import classes from './UndoBar.module.css';

const shownMs = 15_000;

const openUndo = (last: LastChange | null): void => {
  if (last === null) return;
  useLastChange.getState().hide();
  useDialogs.getState().openDialog({ kind: 'plan-undo', changeId: last.changeId });
};

/** Nobody has to hurry: the time runs only while neither the pointer nor the focus is on the bar. */
const useHideInTime = (last: LastChange | null, isHeld: boolean): void => {
  useEffect(() => {
    if (last === null || isHeld) return undefined;
    const timer = setTimeout(() => useLastChange.getState().hide(), shownMs);
    return () => clearTimeout(timer);
  }, [last, isHeld]);
};

const Bar = ({ last }: { readonly last: LastChange }) => {
  const [isPointedAt, setPointedAt] = useState(false);
  const [hasFocus, setFocus] = useState(false);
  useHideInTime(last, isPointedAt || hasFocus);
  return (
    <section aria-label="The last change">
      <div
        className={classes['bar']}
        role="presentation"
        onPointerEnter={() => setPointedAt(true)}
        onPointerLeave={() => setPointedAt(false)}
        onFocus={() => setFocus(true)}
        onBlur={() => setFocus(false)}
      >
        <IconCheck size={16} stroke={2} className={classes['icon']} aria-hidden />
        <span className={classes['text']}>
          <strong>{visibleText(last.text)}</strong> in {visibleText(last.repository)}
        </span>
        {!last.isUndo && (
          <Button
            size="compact-sm"
            variant="subtle"
            leftSection={<IconArrowBackUp size={15} stroke={1.8} />}
            onClick={() => openUndo(last)}
          >
            Undo…
          </Button>
        )}
        <IconAction
          size="small"
          label="Dismiss"
          icon={<IconX size={14} />}
          onClick={() => useLastChange.getState().hide()}
        />
      </div>
    </section>
  );
};

const useUndoAction = (last: LastChange | null): void => {
  const nothing = last === null ? 'Nothing was changed in this window yet.' : undefined;
  const reason = last?.isUndo === true ? 'The last change was an undo itself.' : nothing;
  useRegisterActions([
    {
      id: 'change.undo-last',
      title: 'Undo the last change…',
      section: 'Repository',
      keywords: 'take back restore revert',
      disabledReason: reason,
      run: () => openUndo(last),
    },
  ]);
};

/** Below the tags for a while after a change: what was done, and the way back. It takes no focus. */
export const UndoBar = () => {
  const last = useLastChange((state) => state.last);
  const isShown = useLastChange((state) => state.isShown);
  useUndoAction(last);
  const shown = isShown ? last : null;
  const way = shown?.isUndo === true ? '' : ' Undo is below the tags.';
  return (
    <>
      <LiveText text={shown === null ? '' : `${visibleText(shown.text)}.${way}`} />
      {shown !== null && <Bar key={shown.changeId} last={shown} />}
    </>
  );
};
