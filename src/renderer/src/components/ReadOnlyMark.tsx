import { IconLock } from '@tabler/icons-react';
import { type MarkedPlace, readOnlyWords } from '#lib/read-only';
import classes from './ReadOnlyMark.module.css';

/** A lock beside a registry or a repository that is marked read-only; its words are a hint and said by screen readers. */
export const ReadOnlyMark = ({
  place,
  size = 14,
}: {
  readonly place: MarkedPlace;
  readonly size?: number;
}) => (
  <span className={classes['root']} title={readOnlyWords[place]}>
    <IconLock size={size} stroke={1.8} aria-hidden />
    <span className="tb-visually-hidden">{readOnlyWords[place]}</span>
  </span>
);
