import type { Digest } from '#oci/digest';
import type { Relations } from './relations';

/**
 * The order in which manifests go: lists and referrers before their subject, an index before its children. At every
 * moment what is left points to nothing that is gone. Names can make a circle (a cosign tag on a child of its own
 * image), which hashes cannot; then the order inside the circle is the one it was met in.
 */
export const deletionOrder = (
  deletions: ReadonlySet<Digest>,
  relations: Relations,
): readonly Digest[] => {
  const comesAfter = new Map<Digest, Digest[]>();
  for (const digest of deletions) comesAfter.set(digest, []);
  for (const digest of deletions) {
    for (const { to, kind } of relations.edgesOf(digest)) {
      if (!deletions.has(to)) continue;
      const isBelow = kind === 'child' || kind === 'list-entry' || kind === 'subject';
      if (isBelow) comesAfter.get(digest)?.push(to);
      else comesAfter.get(to)?.push(digest);
    }
  }
  return orderBy(comesAfter);
};

/** Every key before its values. Reverse postorder, without recursion: chains of subjects may be long. */
export const orderBy = (comesAfter: ReadonlyMap<Digest, readonly Digest[]>): Digest[] => {
  const done: Digest[] = [];
  const seen = new Set<Digest>();
  for (const root of comesAfter.keys()) {
    if (seen.has(root)) continue;
    seen.add(root);
    const stack = [{ digest: root, next: 0 }];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const following = comesAfter.get(top.digest)?.[top.next];
      top.next += 1;
      if (following === undefined) {
        done.push(top.digest);
        stack.pop();
      } else if (!seen.has(following)) {
        seen.add(following);
        stack.push({ digest: following, next: 0 });
      }
    }
  }
  return done.reverse();
};
