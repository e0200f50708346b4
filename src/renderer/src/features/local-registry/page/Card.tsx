import type { ReactNode } from 'react';
import classes from './Card.module.css';

/** A framed part of the page with a heading. */
export const Card = ({
  id,
  title,
  icon,
  aside,
  className,
  children,
}: {
  readonly id: string;
  readonly title: string;
  readonly icon?: ReactNode;
  /** At the end of the heading's line. */
  readonly aside?: ReactNode;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}) => (
  <section
    className={[classes['root'], className].filter(Boolean).join(' ')}
    aria-labelledby={`local-${id}`}
  >
    <div className={classes['head']}>
      {icon !== undefined && (
        <span className={classes['icon']} aria-hidden>
          {icon}
        </span>
      )}
      <h2 id={`local-${id}`} className={classes['title']}>
        {title}
      </h2>
      {aside !== undefined && <div className={classes['aside']}>{aside}</div>}
    </div>
    {children}
  </section>
);
