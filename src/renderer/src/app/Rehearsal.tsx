import { useEffect, useState } from 'react';
import { useSelection } from '#state/selection';
import { tagRehearsal } from '../features/tags/rehearsal';
import classes from './Rehearsal.module.css';

/** By then the window shows its first lists, which must not wait for a rehearsal. */
const startedMs = 1500;

/**
 * Draws the parts of the tag area out of sight, one in each idle moment after the start. The engine compiles a part's
 * code when it first runs: without this the first repository to be opened waits for all of it. Stops when there is the
 * real one to draw.
 */
export const Rehearsal = () => {
  const isOnStage = useSelection((state) => state.repository !== null);
  const [scene, setScene] = useState(-1);
  const isOver = isOnStage || scene >= tagRehearsal.length;
  useEffect(() => {
    if (isOver) return undefined;
    let idle = 0;
    const goOn = (): void => {
      setScene((now) => now + 1);
      idle = requestIdleCallback(goOn);
    };
    const timer = setTimeout(() => (idle = requestIdleCallback(goOn)), startedMs);
    return () => {
      clearTimeout(timer);
      cancelIdleCallback(idle);
    };
  }, [isOver]);
  if (isOver || scene < 0) return null;
  return (
    <div className={classes['stage']} aria-hidden inert>
      {tagRehearsal[scene]}
    </div>
  );
};
