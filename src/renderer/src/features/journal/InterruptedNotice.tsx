import { Button } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import type { ChangeView } from '#contract/change';
import { ActionButton } from '#components/ActionButton';
import { formatCounted } from '#lib/format';
import { useRegistries } from '#lib/live';
import { visibleText } from '#oci/text';
import { useDialogs } from '#state/dialogs';
import { refusalOf } from './change-words';
import { useContinueChange } from './continuing';
import classes from './InterruptedNotice.module.css';
import { interruptedWords, useInterrupted, useLater } from './interrupted';

const OneChange = ({ change }: { readonly change: ChangeView }) => {
  const { value: registries } = useRegistries();
  const openDialog = useDialogs((state) => state.openDialog);
  const continueChange = useContinueChange();
  const shared = { disabledReason: refusalOf(change, registries, []) };
  return (
    <>
      <ActionButton
        {...shared}
        onClick={() => {
          continueChange(change);
          // There it is seen how it goes.
          openDialog({ kind: 'changes' });
        }}
      >
        Continue
      </ActionButton>
      <ActionButton
        {...shared}
        onClick={() => openDialog({ kind: 'plan-undo', changeId: change.changeId })}
      >
        Roll back…
      </ActionButton>
    </>
  );
};

/** Above the middle: what was cut short, and what can be done about it. Nothing otherwise. */
export const InterruptedNotice = () => {
  const interrupted = useInterrupted();
  const postponed = useLater((state) => state.postponed);
  const openDialog = useDialogs((state) => state.openDialog);
  const told = interrupted.filter(({ changeId }) => !postponed.has(changeId));
  const [first] = told;
  if (first === undefined) return null;
  const isOne = told.length === 1;
  return (
    <section className={classes['root']} aria-label="Interrupted changes">
      <span className={classes['icon']} aria-hidden>
        <IconPlugConnectedX size={16} stroke={1.8} />
      </span>
      <output className={classes['text']}>
        {isOne
          ? interruptedWords(first)
          : `${formatCounted(told.length, 'change')} were interrupted.`}
        <span className={classes['what']}>{isOne && visibleText(first.text)}</span>
      </output>
      <span className={classes['buttons']}>
        {isOne ? (
          <OneChange change={first} />
        ) : (
          <Button onClick={() => openDialog({ kind: 'changes' })}>Show them…</Button>
        )}
        <Button
          variant="subtle"
          onClick={() => useLater.getState().postpone(told.map(({ changeId }) => changeId))}
        >
          Later
        </Button>
      </span>
    </section>
  );
};
