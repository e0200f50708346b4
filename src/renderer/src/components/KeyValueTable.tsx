import type { ReactNode } from 'react';
import { visibleText } from '#oci/text';
import { LongText } from './LongText';
import classes from './KeyValueTable.module.css';

export type KeyValueRow = {
  /** Unique in its table. */
  readonly key: string;
  readonly value: ReactNode;
};

/** Names and values, the names in words. */
export const FactTable = ({ rows }: { readonly rows: readonly KeyValueRow[] }) => (
  <dl className={classes['list']}>
    {rows.map(({ key, value }) => (
      <div key={key} className={classes['row']}>
        <dt className={classes['key']}>{key}</dt>
        <dd className={classes['value']}>{value}</dd>
      </div>
    ))}
  </dl>
);

/** Keys and values as a registry sent them: labels, annotations, environment. Repeated keys are all shown. */
export const KeyValueTable = ({
  rows,
}: {
  readonly rows: readonly { readonly key: string; readonly value: string }[];
}) => (
  <dl className={classes['list']}>
    {rows.map(({ key, value }, at) => (
      <div key={`${at} ${key}`} className={classes['row']} data-pair>
        <dt className={classes['key']} data-mono>
          {visibleText(key)}
        </dt>
        <dd className={classes['value']}>
          <LongText text={value} isMono />
        </dd>
      </div>
    ))}
  </dl>
);
