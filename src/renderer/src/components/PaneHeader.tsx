import type { ReactNode } from 'react';
import classes from './PaneHeader.module.css';

/** The heading of a part of the sidebar, with a count or a button at its end. */
export const PaneHeader = ({
  id,
  title,
  children,
}: {
  readonly id: string;
  readonly title: string;
  readonly children?: ReactNode;
}) => (
  <div className={classes['root']}>
    <h2 id={id} className={classes['title']}>
      {title}
    </h2>
    {children}
  </div>
);
