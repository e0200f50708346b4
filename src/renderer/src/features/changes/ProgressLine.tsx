import { ProgressBar } from '#components/ProgressBar';
import classes from './ProgressLine.module.css';

/** How far something is, in words and as a bar; where there is nothing to count, only that it moves. */
export const ProgressLine = ({
  completed,
  total,
  words,
}: {
  readonly completed: number;
  readonly total: number;
  readonly words: string;
}) => (
  <div className={classes['root']}>
    <span className={classes['words']} aria-hidden>
      {words}
    </span>
    <ProgressBar label={words} percent={total > 1 ? (completed / total) * 100 : undefined} />
  </div>
);
