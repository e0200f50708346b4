import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { RunState } from '../use-stream-run';

type RunFooterProps = {
  readonly kind: RunState<unknown, unknown>['kind'];
  readonly onStop: () => void;
  readonly onClose: () => void;
  /** What begins it. */
  readonly children: ReactNode;
};

/** The buttons of something that takes a while: begin, stop, done. */
export const RunFooter = ({ kind, onStop, onClose, children }: RunFooterProps) => {
  if (kind === 'running') return <Button onClick={onStop}>Stop</Button>;
  if (kind === 'done') {
    return (
      <Button variant="filled" data-autofocus onClick={onClose}>
        Done
      </Button>
    );
  }
  return (
    <>
      <Button onClick={onClose}>Cancel</Button>
      {children}
    </>
  );
};

/** The question is still open: nothing runs, and nothing is done. */
export const isAsking = ({ kind }: RunState<unknown, unknown>): boolean =>
  kind === 'idle' || kind === 'failed';
