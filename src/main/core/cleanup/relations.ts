import type { Digest } from '#oci/digest';
import type { Tag } from '#oci/tag';
import { findAttachedTags, tagsByDigest, type AttachedTag, type RepositoryGraph } from './graph';

/** How one manifest reaches another. */
export type EdgeKind = 'child' | 'list-entry' | 'referrer' | 'subject' | 'attached';

export type Edge = { readonly to: Digest; readonly kind: EdgeKind; readonly tag?: Tag };

/** Who reaches whom in a repository, from every source that tells. */
export type Relations = {
  readonly attached: ReadonlyMap<Tag, AttachedTag>;
  readonly tagsOf: ReadonlyMap<Digest, readonly Tag[]>;
  /** Lists of referrers that are nothing else: their entries are no children. */
  readonly lists: ReadonlySet<Digest>;
  /** Children, entries, referrers, subject and attached tags of a digest. */
  edgesOf(digest: Digest): readonly Edge[];
  /** What stands for it: everything that names it as its subject, by whatever source. */
  referrersOf(digest: Digest): readonly Digest[];
};

const add = <K, V>(map: Map<K, V[]>, key: K, value: V): void => {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
};

/** A list that also has another tag, or a place in an index, is an index like any other and protects what it names. */
const findLists = (
  graph: RepositoryGraph,
  attached: ReadonlyMap<Tag, AttachedTag>,
  tagsOf: ReadonlyMap<Digest, readonly Tag[]>,
): Set<Digest> => {
  const lists = new Set<Digest>();
  for (const { kind, target } of attached.values()) if (kind === 'list') lists.add(target);
  for (const list of lists) {
    const isTagged = tagsOf.get(list)?.some((tag) => attached.get(tag)?.kind !== 'list');
    if (isTagged === true) lists.delete(list);
  }
  for (const node of graph.nodes.values()) {
    if (lists.has(node.digest)) continue;
    for (const { digest } of node.children) lists.delete(digest);
  }
  return lists;
};

const findReferrers = (
  graph: RepositoryGraph,
  attached: ReadonlyMap<Tag, AttachedTag>,
): Map<Digest, Set<Digest>> => {
  const referrers = new Map<Digest, Set<Digest>>();
  const note = (subject: Digest, referrer: Digest): void => {
    const known = referrers.get(subject) ?? new Set();
    referrers.set(subject, known.add(referrer));
  };
  for (const node of graph.nodes.values()) {
    if (node.subject !== undefined) note(node.subject, node.digest);
  }
  for (const [subject, digests] of graph.apiReferrers) {
    for (const digest of digests) note(subject, digest);
  }
  for (const { owner, target, kind } of attached.values()) {
    if (kind !== 'list') continue;
    for (const { digest } of graph.nodes.get(target)?.children ?? []) note(owner, digest);
  }
  return referrers;
};

export const relate = (graph: RepositoryGraph): Relations => {
  const attached = findAttachedTags(graph);
  const tagsOf = tagsByDigest(graph);
  const lists = findLists(graph, attached, tagsOf);
  const referrers = findReferrers(graph, attached);
  const attachedTo = new Map<Digest, AttachedTag[]>();
  for (const each of attached.values()) add(attachedTo, each.owner, each);

  const edgesOf = (digest: Digest): Edge[] => {
    const node = graph.nodes.get(digest);
    const kind = lists.has(digest) ? 'list-entry' : 'child';
    const edges: Edge[] = (node?.children ?? []).map((child) => ({ to: child.digest, kind }));
    if (node?.subject !== undefined) edges.push({ to: node.subject, kind: 'subject' });
    for (const to of referrers.get(digest) ?? []) edges.push({ to, kind: 'referrer' });
    for (const { target, tag } of attachedTo.get(digest) ?? []) {
      edges.push({ to: target, kind: 'attached', tag });
    }
    return edges;
  };
  return {
    attached,
    tagsOf,
    lists,
    edgesOf,
    referrersOf: (digest) => [
      ...(referrers.get(digest) ?? []),
      ...(attachedTo.get(digest) ?? []).flatMap(({ kind, target }) =>
        kind === 'cosign' ? [target] : [],
      ),
    ],
  };
};
