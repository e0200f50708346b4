import type { ReactNode } from 'react';
import classes from './EmptyState.module.css';

/** Says what is not here and names the next action. */
export const EmptyState = ({
  icon,
  title,
  children,
  actions,
}: {
  readonly icon?: ReactNode;
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}) => (
  <div className={classes['root']}>
    {icon !== undefined && (
      <div className={classes['icon']} aria-hidden>
        {icon}
      </div>
    )}
    <h2 className={classes['title']}>{title}</h2>
    {children !== undefined && <div className={classes['text']}>{children}</div>}
    {actions !== undefined && <div className={classes['actions']}>{actions}</div>}
  </div>
);
