import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { RegistryView } from '#contract/registry';
import { ContextMenu, type MenuAnchor } from '#components/ContextMenu';
import { IconAction } from '#components/IconAction';
import { LiveText } from '#components/LiveText';
import { PaneHeader } from '#components/PaneHeader';
import { SearchField } from '#components/SearchField';
import { useRepositories } from '#lib/live';
import { useDialogs } from '#state/dialogs';
import { useFilters } from '#state/filters';
import { useSelection } from '#state/selection';
import { RepositoryNotes } from './RepositoryNotes';
import classes from './RepositoryPane.module.css';
import { RepositoryPlaceholder } from './RepositoryPlaceholder';
import { RepositoryTree } from './RepositoryTree';
import { countWords } from './repository-words';
import type { TreeRow } from './tree';
import { useRepositoryMenu } from './use-repository-menu';
import { useTreeRows } from './use-tree-rows';

type OpenMenu = { readonly row: TreeRow; readonly anchor: MenuAnchor };

/** The repositories of the selected registry: count, filter and tree. */
export const RepositoryPane = ({ registry }: { readonly registry: RegistryView }) => {
  const list = useRepositories(registry.id);
  const filter = useFilters((state) => state.repositories);
  const setFilter = useFilters((state) => state.setRepositoryFilter);
  const selected = useSelection((state) => state.repository);
  const openDialog = useDialogs((state) => state.openDialog);
  const { rows, shown, setExpanded } = useTreeRows(registry.id, list.value, filter);
  const [menu, setMenu] = useState<OpenMenu | null>(null);
  const entries = useRepositoryMenu(registry, list.end?.catalog ?? registry.catalog, setExpanded);
  const addByName = (): void => openDialog({ kind: 'add-repository', registryId: registry.id });
  const count = countWords(list, shown);

  return (
    <section className={classes['root']} aria-labelledby="repositories-title">
      <PaneHeader id="repositories-title" title="Repositories">
        <span className={classes['count']}>{count}</span>
        <IconAction
          size="small"
          label="Add a repository by name"
          icon={<IconPlus size={15} stroke={1.7} />}
          onClick={addByName}
        />
      </PaneHeader>
      <div className={classes['filter']}>
        <SearchField
          label="Filter repositories"
          placeholder="Filter repositories"
          value={filter}
          onChange={setFilter}
          data-region-focus="repository-filter"
        />
      </div>
      <div className={classes['list']}>
        {rows.length > 0 ? (
          <RepositoryTree
            label={`Repositories of ${registry.name}`}
            rows={rows}
            selected={selected}
            onOpen={(repository) =>
              useSelection.getState().selectRepository(registry.id, repository)
            }
            onExpand={setExpanded}
            onMenu={(row, anchor) => setMenu({ row, anchor })}
          />
        ) : (
          <RepositoryPlaceholder list={list} filter={filter} onAddByName={addByName} />
        )}
      </div>
      {rows.length > 0 && <RepositoryNotes list={list} onAddByName={addByName} />}
      <LiveText text={list.isComplete ? `${count} repositories` : ''} />
      <ContextMenu
        label={`Actions for ${menu?.row.path ?? 'the repository'}`}
        anchor={menu?.anchor ?? null}
        entries={menu === null ? [] : entries(menu.row)}
        onClose={() => setMenu(null)}
      />
    </section>
  );
};
