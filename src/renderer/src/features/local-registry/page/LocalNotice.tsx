import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './LocalNotice.module.css';

/** Something about the registry that asks for a decision, with the buttons that make it. */
export const LocalNotice = ({
  level,
  title,
  children,
  actions,
}: {
  readonly level: 'info' | 'warning' | 'danger';
  readonly title: string;
  readonly children: ReactNode;
  readonly actions?: ReactNode;
}) => (
  <div className={classes['root']} data-level={level} role={level === 'info' ? 'status' : 'alert'}>
    <span className={classes['icon']} aria-hidden>
      {level === 'info' ? <IconInfoCircle size={17} /> : <IconAlertTriangle size={17} />}
    </span>
    <div className={classes['body']}>
      <strong className={classes['title']}>{title}</strong>
      <div className={classes['text']}>{children}</div>
    </div>
    {actions !== undefined && <div className={classes['actions']}>{actions}</div>}
  </div>
);
