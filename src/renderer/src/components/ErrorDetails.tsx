import type { ContractError } from '#contract/result';
import { visibleText } from '#oci/text';
import classes from './ErrorDetails.module.css';

const rowsOf = ({ code, detail }: ContractError): readonly (readonly [string, string])[] => {
  const { host, step, status, ociCode, registryMessage, realmHost, retryAfterMs } = detail;
  const rows: (readonly [string, string | undefined])[] = [
    ['Code', code],
    ['Host', host],
    ['Login host', realmHost],
    ['Step', step],
    ['HTTP status', status?.toString()],
    ['OCI code', ociCode],
    ['Retry after', retryAfterMs === undefined ? undefined : `${Math.ceil(retryAfterMs / 1000)} s`],
    ['The registry says', registryMessage],
  ];
  return rows.flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, value]],
  );
};

/** Host, step, status, code and the registry's own words, as plain text behind "Details". */
export const ErrorDetails = ({ error }: { readonly error: ContractError }) => (
  <details className={classes['root']}>
    <summary className={classes['summary']}>Details</summary>
    <dl className={classes['list']}>
      {rowsOf(error).map(([name, value]) => (
        <div key={name} className={classes['row']}>
          <dt>{name}</dt>
          <dd>{visibleText(value)}</dd>
        </div>
      ))}
    </dl>
  </details>
);
