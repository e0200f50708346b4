import classes from './StateDot.module.css';

export type DotState = 'ready' | 'warning' | 'failed' | 'checking' | 'unknown';

/** A dot for a state. Colour is never alone: each state has its own shape, and its words for screen readers and as a hint. */
export const StateDot = ({
  state,
  label,
}: {
  readonly state: DotState;
  readonly label: string;
}) => (
  <span className={classes['root']} title={label}>
    <span className={classes['dot']} data-state={state} aria-hidden />
    <span className="tb-visually-hidden">{label}</span>
  </span>
);
