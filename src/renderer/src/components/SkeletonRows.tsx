import classes from './SkeletonRows.module.css';

const widths = [62, 48, 71, 55, 66, 41, 58, 50];

/** Rows that are still to come, at the height of the rows that will replace them. */
export const SkeletonRows = ({
  count,
  label,
}: {
  readonly count: number;
  readonly label: string;
}) => (
  <output className={classes['root']}>
    <span className="tb-visually-hidden">{label}</span>
    {Array.from({ length: count }, (_, at) => (
      <span key={at} className={classes['row']} aria-hidden>
        <span
          className={classes['bar']}
          style={{ width: `${widths[at % widths.length] ?? 50}%` }}
        />
      </span>
    ))}
  </output>
);
