import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './Section.module.css';

/** A part of a tab under its own small title. */
export const Section = ({
  title,
  note,
  children,
}: {
  readonly title: string;
  readonly note?: ReactNode;
  readonly children: ReactNode;
}) => (
  <section className={classes['section']}>
    <div className={classes['head']}>
      <h3 className={classes['title']}>{title}</h3>
      {note !== undefined && <span className={classes['note']}>{note}</span>}
    </div>
    {children}
  </section>
);

/** Something the user should know about what is shown. */
export const Warning = ({ children }: { readonly children: ReactNode }) => (
  <p className={classes['warning']}>
    <IconAlertTriangle size={15} stroke={1.8} aria-hidden />
    <span>{children}</span>
  </p>
);
