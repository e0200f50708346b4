import { IconAlertTriangle } from '@tabler/icons-react';
import { LiveText } from '#components/LiveText';
import { formatCount, formatCounted } from '#lib/format';
import type { ReadAllState } from './read-all';
import type { TagRows } from './use-tag-rows';
import classes from './FilterStatus.module.css';

export type FilterStatusProps = {
  readonly rows: TagRows;
  readonly total: number;
  /** Tags whose details are still to be read, of all. */
  readonly unreadCount: number;
  readonly readAll: ReadAllState;
  readonly onReadAll: () => void;
  readonly onStop: () => void;
  readonly onRetryFailed: () => void;
};

const reasons = {
  filter: 'The filter asks for more than names',
  sort: 'The order asks for more than names',
  group: 'Grouping asks for every digest',
} as const;

const ReadAllProgress = ({
  completed,
  total,
  onStop,
}: {
  readonly completed: number;
  readonly total: number;
  readonly onStop: () => void;
}) => (
  <>
    <span className="tb-tabular">
      Reading details: {formatCount(completed)} of {formatCount(total)}
    </span>
    <progress
      className={classes['progress']}
      max={total}
      value={completed}
      aria-label="Reading details"
    />
    <button type="button" className={classes['action']} onClick={onStop}>
      Stop
    </button>
  </>
);

/** Offers to read what a term, the order or the grouping needs, and shows how far that is. */
const ReadAllOffer = ({
  rows,
  total,
  unreadCount,
  readAll,
  onReadAll,
  onStop,
}: FilterStatusProps) => {
  if (readAll.kind === 'running') {
    return <ReadAllProgress completed={readAll.completed} total={readAll.total} onStop={onStop} />;
  }
  if (rows.needs === undefined || unreadCount === 0) return null;
  return (
    <>
      <span className={classes['text']} data-hint={reasons[rows.needs]}>
        {readAll.kind === 'failed'
          ? `Reading details stopped: ${readAll.error.message}`
          : `${reasons[rows.needs]}; ${formatCounted(unreadCount, 'tag is', 'tags are')} not read yet.`}
      </span>
      <button type="button" className={classes['action']} onClick={onReadAll}>
        {readAll.kind === 'idle' || readAll.kind === 'done'
          ? `Read details of all ${formatCounted(total, 'tag')}`
          : 'Go on reading'}
      </button>
    </>
  );
};

const Problems = ({ rows }: { readonly rows: TagRows }) => {
  const { problems } = rows.filter;
  const first = problems[0];
  if (first === undefined) return null;
  return (
    <span
      id="tag-filter-problem"
      className={classes['problem']}
      data-hint={problems.map(({ message }) => message).join('\n')}
    >
      <IconAlertTriangle size={14} stroke={1.8} aria-hidden />
      <span className={classes['text']}>{first.message}</span>
    </span>
  );
};

/** The line below the filter. It is there as soon as there is a filter, so that typing moves nothing. */
export const FilterStatus = (props: FilterStatusProps) => {
  const { rows, total, readAll, onRetryFailed } = props;
  const isFiltered = rows.filter.text.trim() !== '';
  const isNeeded =
    rows.needs !== undefined && (props.unreadCount > 0 || readAll.kind === 'running');
  if (!isFiltered && !isNeeded && readAll.kind !== 'running') return null;
  const matches = `${formatCount(rows.matchCount)} of ${formatCounted(total, 'tag')} match`;
  return (
    <div className={classes['root']}>
      {isFiltered && <span className={classes['count']}>{matches}</span>}
      {isFiltered && (
        <LiveText text={[matches, ...rows.filter.problems.map((p) => p.message)].join('. ')} />
      )}
      <Problems rows={rows} />
      {rows.failedCount > 0 && (
        <>
          <span className={classes['text']}>
            {formatCount(rows.failedCount)} could not be read.
          </span>
          <button type="button" className={classes['action']} onClick={onRetryFailed}>
            Retry
          </button>
        </>
      )}
      <ReadAllOffer {...props} />
    </div>
  );
};
