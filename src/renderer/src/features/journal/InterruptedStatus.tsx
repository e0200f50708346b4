import { IconPlugConnectedX } from '@tabler/icons-react';
import { formatCounted } from '#lib/format';
import { useDialogs } from '#state/dialogs';
import { useInterrupted } from './interrupted';
import classes from './InterruptedStatus.module.css';

/** In the status bar, as long as something is interrupted: how much, and the way to it. */
export const InterruptedStatus = () => {
  const interrupted = useInterrupted();
  const openDialog = useDialogs((state) => state.openDialog);
  if (interrupted.length === 0) return null;
  return (
    <button
      type="button"
      className={classes['root']}
      aria-haspopup="dialog"
      onClick={() => openDialog({ kind: 'changes' })}
    >
      <IconPlugConnectedX size={14} stroke={1.8} aria-hidden />
      {formatCounted(interrupted.length, 'change')} interrupted
    </button>
  );
};
