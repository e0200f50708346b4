import { type PointerEvent, useMemo, useState } from 'react';
import type { LocalSpaceReport } from '#contract/local';
import { formatBytes } from '#lib/format';
import { formatMoment, formatShortDay } from '#lib/local-words';
import classes from './GrowthChart.module.css';
import { type GrowthPoint, growthPoints } from './space-model';

const width = 1000;
const height = 100;

const toPath = (points: readonly GrowthPoint[]): string =>
  points.map(({ x, y }, at) => `${at === 0 ? 'M' : 'L'}${x * width} ${(1 - y) * height}`).join('');

const nearest = (points: readonly GrowthPoint[], x: number): GrowthPoint | undefined =>
  points.reduce<GrowthPoint | undefined>(
    (best, point) =>
      best === undefined || Math.abs(point.x - x) < Math.abs(best.x - x) ? point : best,
    undefined,
  );

const changeWords = (first: GrowthPoint, last: GrowthPoint): string => {
  const grown = last.totalBytes - first.totalBytes;
  if (grown === 0) return 'unchanged';
  return `${grown > 0 ? '+' : '−'}${formatBytes(Math.abs(grown))}`;
};

/** How the used space grew, from the first sample that is kept to now. The pointer reads a point. */
export const GrowthChart = ({
  growth,
  now,
}: {
  readonly growth: LocalSpaceReport['growth'];
  readonly now: number;
}) => {
  const points = useMemo(() => growthPoints(growth), [growth]);
  const [read, setRead] = useState<GrowthPoint | undefined>();
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined) {
    return (
      <p className={classes['none']}>Growth is drawn once it was counted in two different hours.</p>
    );
  }
  const path = toPath(points);
  const onPointerMove = (event: PointerEvent<SVGSVGElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    setRead(nearest(points, (event.clientX - box.left) / box.width));
  };
  const since = formatShortDay(first.at);
  return (
    <figure className={classes['root']}>
      <figcaption className={classes['caption']}>
        <span>Growth</span>
        <span className={classes['read']}>
          {read === undefined
            ? `${changeWords(first, last)} since ${since}`
            : `${formatBytes(read.totalBytes)} at ${formatMoment(read.at, now)}`}
        </span>
      </figcaption>
      <div className={classes['chart']}>
        <svg
          viewBox={`0 0 ${width} ${height}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={`From ${formatBytes(first.totalBytes)} on ${since} to ${formatBytes(last.totalBytes)} now`}
          onPointerMove={onPointerMove}
          onPointerLeave={() => setRead(undefined)}
        >
          <path className={classes['area']} d={`${path}L${width} ${height}L0 ${height}Z`} />
          <path className={classes['line']} d={path} vectorEffect="non-scaling-stroke" />
        </svg>
        {read !== undefined && (
          <span
            className={classes['point']}
            style={{ left: `${read.x * 100}%`, top: `${(1 - read.y) * 100}%` }}
            aria-hidden
          />
        )}
      </div>
    </figure>
  );
};
