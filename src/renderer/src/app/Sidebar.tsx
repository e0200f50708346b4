import { RegistryList } from '../features/registries/RegistryList';
import { RepositoryPane } from '../features/repositories/RepositoryPane';
import { useRegistry } from '#lib/use-registry';
import { useSelection } from '#state/selection';
import classes from './Sidebar.module.css';

/** Registries above, the repositories of the selected one below. */
export const Sidebar = () => {
  const registryId = useSelection((state) => state.registryId);
  const registry = useRegistry(registryId ?? '');
  return (
    <div className={classes['root']}>
      <RegistryList />
      {registry !== undefined && <RepositoryPane key={registry.id} registry={registry} />}
    </div>
  );
};
