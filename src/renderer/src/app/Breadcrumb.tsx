import { Fragment } from 'react';
import { useRegistry } from '#lib/use-registry';
import { visibleText } from '#oci/text';
import { useSelection } from '#state/selection';
import classes from './Breadcrumb.module.css';

/** Where the user is: registry / namespace / repository. The registry leads back to its overview. */
export const Breadcrumb = () => {
  const registryId = useSelection((state) => state.registryId);
  const repository = useSelection((state) => state.repository);
  const registry = useRegistry(registryId ?? '');
  if (registry === undefined) return <span className={classes['root']} />;
  const parts = repository?.split('/') ?? [];
  const name = visibleText(registry.name);
  const whole = [name, ...parts].join(' / ');
  return (
    <div className={classes['root']} title={whole}>
      {repository === null ? (
        <span className={classes['last']}>{name}</span>
      ) : (
        <button
          type="button"
          className={classes['registry']}
          aria-label={`Back to ${name}`}
          onClick={() => useSelection.setState({ repository: null, tag: null, digest: null })}
        >
          {name}
        </button>
      )}
      {parts.map((part, at) => (
        <Fragment key={parts.slice(0, at + 1).join('/')}>
          <span className={classes['slash']} aria-hidden>
            /
          </span>
          <span className={at === parts.length - 1 ? classes['last'] : classes['part']}>
            {visibleText(part)}
          </span>
        </Fragment>
      ))}
    </div>
  );
};
