/** A namespace or a repository below the root. Children are in lexical order, as registries list them. */
type TreeNode = {
  readonly path: string;
  readonly label: string;
  /** Names below, for a namespace. */
  readonly children: readonly TreeNode[];
  readonly isRepository: boolean;
  /** Repositories in and below it. */
  readonly count: number;
};

/** One line of the tree as it is shown. */
export type TreeRow = {
  /** `n:path` for a namespace, `r:path` for a repository: a path can be both. */
  readonly key: string;
  readonly kind: 'namespace' | 'repository';
  readonly path: string;
  readonly label: string;
  /** 1 for the first level, as `aria-level` counts. */
  readonly level: number;
  readonly count: number;
  readonly isExpanded: boolean;
  /** Place among its siblings, from 1, and their number. */
  readonly position: number;
  readonly siblings: number;
};

const byLexicalOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Names that share the first part, in order. `names` are sorted, so equal first parts stand together. */
const groupByFirstPart = (
  names: readonly string[],
  skip: number,
): readonly (readonly [string, readonly string[]])[] => {
  const groups: [string, string[]][] = [];
  for (const name of names) {
    const slash = name.indexOf('/', skip);
    const part = slash < 0 ? name.slice(skip) : name.slice(skip, slash);
    const last = groups.at(-1);
    if (last?.[0] === part) last[1].push(name);
    else groups.push([part, [name]]);
  }
  return groups;
};

const nodesOf = (names: readonly string[], skip: number): readonly TreeNode[] =>
  groupByFirstPart(names, skip).flatMap(([part, members]) => {
    const path = (members[0] ?? '').slice(0, skip + part.length);
    const below = members.filter((name) => name.length > path.length);
    const isRepository = below.length < members.length;
    const leaf = { path, label: part, children: [], isRepository: true, count: 1 };
    if (below.length === 0) return [leaf];
    const namespace = compact({
      path,
      label: part,
      children: nodesOf(below, path.length + 1),
      isRepository: false,
      count: below.length,
    });
    return isRepository ? [leaf, namespace] : [namespace];
  });

/** A namespace that holds nothing but one thing is one line with it: `data/pipeline`, `library/debian`. */
const compact = (node: TreeNode): TreeNode => {
  const only = node.children.length === 1 ? node.children[0] : undefined;
  return only === undefined ? node : { ...only, label: `${node.label}/${only.label}` };
};

/** Parts sort before their continuations, so that `a/b` and `a-b` do not tear the namespace `a` apart. */
const sortNames = (names: readonly string[]): readonly string[] =>
  names
    .map((name) => name.replaceAll('/', '\u0000'))
    .toSorted(byLexicalOrder)
    .map((name) => name.replaceAll('\u0000', '/'));

/** Builds the namespace tree of repository names. */
export const buildTree = (names: readonly string[]): readonly TreeNode[] =>
  nodesOf(sortNames(names), 0);

/** The lines to show: namespaces in `isExpanded` are open. */
export const flattenTree = (
  nodes: readonly TreeNode[],
  isExpanded: (path: string) => boolean,
  level = 1,
): readonly TreeRow[] =>
  nodes.flatMap((node, at) => {
    const isOpen = !node.isRepository && isExpanded(node.path);
    const row: TreeRow = {
      key: `${node.isRepository ? 'r' : 'n'}:${node.path}`,
      kind: node.isRepository ? 'repository' : 'namespace',
      path: node.path,
      label: node.label,
      level,
      count: node.count,
      isExpanded: isOpen,
      position: at + 1,
      siblings: nodes.length,
    };
    return isOpen ? [row, ...flattenTree(node.children, isExpanded, level + 1)] : [row];
  });

/** Names that hold every word of the filter, in any order and in any case. */
export const filterNames = (names: readonly string[], filter: string): readonly string[] => {
  const words = filter.toLowerCase().split(/\s+/u).filter(Boolean);
  if (words.length === 0) return names;
  return names.filter((name) => {
    const lower = name.toLowerCase();
    return words.every((word) => lower.includes(word));
  });
};

/** Every namespace a repository lies in: `a/b/c` → `a`, `a/b`. */
export const namespacesOf = (repository: string): readonly string[] => {
  const parts = repository.split('/').slice(0, -1);
  return parts.map((_, at) => parts.slice(0, at + 1).join('/'));
};
