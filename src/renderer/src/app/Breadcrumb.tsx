import { Fragment } from 'react';
import { useRegistry } from '#lib/use-registry';
import { visibleText } from '#oci/text';
import { useSelection } from '#state/selection';
import classes from './Breadcrumb.module.css';

type Crumb = { readonly key: string; readonly text: string };

const mostParts = 4;

/** The parts of a repository's name; of many, the first and the last two, with the rest as one "…". */
const crumbsOf = (repository: string): readonly Crumb[] => {
  const crumbs = repository
    .split('/')
    .map((text, at) => ({ key: `${at}`, text: visibleText(text) }));
  if (crumbs.length <= mostParts) return crumbs;
  return [...crumbs.slice(0, 1), { key: 'rest', text: '…' }, ...crumbs.slice(-2)];
};

/** Where the user is: registry / namespace / repository. The registry leads back to its overview. */
export const Breadcrumb = () => {
  const registryId = useSelection((state) => state.registryId);
  const repository = useSelection((state) => state.repository);
  const registry = useRegistry(registryId ?? '');
  if (registry === undefined) return <span className={classes['root']} />;
  const crumbs = repository === null ? [] : crumbsOf(repository);
  const name = visibleText(registry.name);
  const whole = [name, ...(repository?.split('/') ?? [])]
    .map((part) => visibleText(part))
    .join(' / ');
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
      {crumbs.map(({ key, text }, at) => (
        <Fragment key={key}>
          <span className={classes['slash']} aria-hidden>
            /
          </span>
          <span className={at === crumbs.length - 1 ? classes['last'] : classes['part']}>
            {text}
          </span>
        </Fragment>
      ))}
    </div>
  );
};
