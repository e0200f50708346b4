import { ErrorState } from '#components/ErrorState';
import { formatAbsolute } from '#lib/dates';
import { useFixedRows } from '#lib/fixed-rows';
import { useLocalLog } from '#lib/local';
import { formatSecond } from '#lib/local-words';
import { visibleText } from '#oci/text';
import classes from './ActivityList.module.css';
import { rowPx } from './ActivityList';
import liveClasses from './LiveCard.module.css';

const reachable = { tabIndex: 0 };

/** What the registry writes down, newest first like the list beside it. */
export const LogList = ({ now }: { readonly now: number }) => {
  const { value: lines, error, refetch } = useLocalLog();
  const { scroller, first, last, onScroll } = useFixedRows<HTMLElement>(lines.length, rowPx);
  if (error !== undefined) return <ErrorState variant="inline" error={error} onRetry={refetch} />;
  if (lines.length === 0)
    return <p className={liveClasses['none']}>Nothing was written down yet.</p>;
  return (
    <section
      ref={scroller}
      className={[classes['scroller'], classes['log']].join(' ')}
      aria-label="Log"
      onScroll={onScroll}
      {...reachable}
    >
      <ol className={classes['list']} style={{ height: lines.length * rowPx }}>
        {Array.from({ length: Math.max(0, last - first) }, (_, offset) => {
          const at = first + offset;
          const number = lines.length - 1 - at;
          const line = lines[number];
          if (line === undefined) return null;
          return (
            <li
              key={number}
              className={classes['row']}
              style={{ transform: `translateY(${at * rowPx}px)` }}
              data-level={line.level}
            >
              <time dateTime={line.at} data-hint={formatAbsolute(Date.parse(line.at))}>
                {formatSecond(line.at, now)}
              </time>
              <span className={classes['action']}>{line.level}</span>
              <span data-hint={visibleText(line.message)}>{visibleText(line.message)}</span>
            </li>
          );
        })}
      </ol>
    </section>
  );
};
