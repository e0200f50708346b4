import { useEffect, useMemo, useState } from 'react';
import { useLayout } from '#state/layout';
import { useSelection } from '#state/selection';
import { type TreeRow, buildTree, filterNames, flattenTree, namespacesOf } from './tree';

export type TreeRows = {
  readonly rows: readonly TreeRow[];
  /** Repositories that the filter leaves. */
  readonly shown: number;
  readonly setExpanded: (path: string, isExpanded: boolean) => void;
};

const useExpandToSelection = (registryId: string): void => {
  const repository = useSelection((state) => state.repository);
  useEffect(() => {
    const { setNamespaceExpanded, expandedNamespaces } = useLayout.getState();
    for (const path of namespacesOf(repository ?? '')) {
      const name = `${registryId}/${path}`;
      if (!expandedNamespaces.includes(name)) setNamespaceExpanded(name, true);
    }
  }, [registryId, repository]);
};

/** The tree's lines for the names so far. While a filter is typed every namespace is open, unless it was closed by hand. */
export const useTreeRows = (
  registryId: string,
  names: readonly string[],
  filter: string,
): TreeRows => {
  const expanded = useLayout((state) => state.expandedNamespaces);
  const [closed, setClosed] = useState<{
    readonly filter: string;
    readonly paths: ReadonlySet<string>;
  }>({
    filter: '',
    paths: new Set(),
  });
  useExpandToSelection(registryId);
  const isFiltering = filter.trim() !== '';
  const shown = useMemo(() => filterNames(names, filter), [names, filter]);
  const tree = useMemo(() => buildTree(shown), [shown]);
  const rows = useMemo(() => {
    const closedNow = closed.filter === filter ? closed.paths : new Set<string>();
    const open = new Set(expanded);
    return flattenTree(tree, (path) =>
      isFiltering ? !closedNow.has(path) : open.has(`${registryId}/${path}`),
    );
  }, [tree, expanded, closed, filter, isFiltering, registryId]);

  const setExpanded = (path: string, isExpanded: boolean): void => {
    if (!isFiltering) {
      useLayout.getState().setNamespaceExpanded(`${registryId}/${path}`, isExpanded);
      return;
    }
    const paths = new Set(closed.filter === filter ? closed.paths : []);
    if (isExpanded) paths.delete(path);
    else paths.add(path);
    setClosed({ filter, paths });
  };
  return { rows, shown: shown.length, setExpanded };
};
