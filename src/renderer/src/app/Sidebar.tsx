import { RegistryList } from '../features/registries/RegistryList';
import { RepositoryPane } from '../features/repositories/RepositoryPane';
import { useLocal } from '#lib/local';
import { useRegistry } from '#lib/use-registry';
import { useSelection } from '#state/selection';
import classes from './Sidebar.module.css';

/** Registries above, the repositories of the selected one below. */
export const Sidebar = () => {
  const registryId = useSelection((state) => state.registryId);
  const registry = useRegistry(registryId ?? '');
  const local = useLocal();
  const isDown =
    registry?.isLocal === true && local !== undefined && local.state.kind !== 'running';
  return (
    <div className={classes['root']}>
      <RegistryList />
      {registry !== undefined && !isDown && (
        <RepositoryPane key={registry.id} registry={registry} />
      )}
      {isDown && <p className={classes['off']}>Repositories are listed while the registry runs.</p>}
    </div>
  );
};
