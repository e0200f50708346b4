import type { Digest } from '#oci/digest';
import type { RepositoryGraph } from './graph';
import type { FreedBytes } from './plan';

/** Sums what only the deleted manifests use: the manifests themselves, and each of their blobs once. */
export const countFreed = (
  graph: RepositoryGraph,
  deletions: ReadonlySet<Digest>,
  comesBack: FreedBytes['comesBack'],
): FreedBytes => {
  const kept = new Set<Digest>();
  for (const node of graph.nodes.values()) {
    if (deletions.has(node.digest)) continue;
    for (const { digest } of node.blobs) kept.add(digest);
  }
  const counted = new Set<Digest>();
  let uniqueBytes = 0;
  let isLowerBound = false;
  for (const digest of deletions) {
    const node = graph.nodes.get(digest);
    if (node === undefined) continue;
    uniqueBytes += node.sizeBytes;
    isLowerBound ||= node.kind === 'schema1';
    for (const blob of node.blobs) {
      if (blob.isForeign || kept.has(blob.digest) || counted.has(blob.digest)) continue;
      counted.add(blob.digest);
      uniqueBytes += blob.sizeBytes;
    }
  }
  return { uniqueBytes, isLowerBound, comesBack };
};
