import classes from './ProgressBar.module.css';

/** How far something is, 0 to 100; without an end in sight, only that it moves. */
export const ProgressBar = ({
  percent,
  label,
}: {
  readonly percent: number | undefined;
  readonly label: string;
}) => (
  <progress
    className={classes['bar']}
    aria-label={label}
    max={100}
    {...(percent === undefined ? {} : { value: Math.round(percent) })}
  />
);
