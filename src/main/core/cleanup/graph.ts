import type { Descriptor } from '#oci/descriptor';
import type { Digest } from '#oci/digest';
import { classifyTag, fallbackTagFor, parseCosignTag, parseFallbackTag } from '#oci/fallback-tags';
import type { ArtifactDescription } from '#oci/artifact-type';
import type { Tag } from '#oci/tag';

export type GraphBlob = {
  readonly digest: Digest;
  readonly sizeBytes: number;
  /** The registry need not hold it (image-spec layer.md, Non-Distributable Layers). */
  readonly isForeign: boolean;
};

/** One manifest that the repository holds. */
export type GraphNode = {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly kind: 'image' | 'index' | 'schema1';
  readonly description: ArtifactDescription;
  /** Entries of an index, in its order. Of a list of referrers too: whether it is one, its tag tells. */
  readonly children: readonly Descriptor[];
  readonly subject?: Digest;
  /** The config first, then the layers. */
  readonly blobs: readonly GraphBlob[];
  /** What a list of referrers says of this manifest (distribution-spec, Listing Referrers). */
  readonly listEntry: Descriptor;
  /** Kept while the graph stays within its budget of memory. */
  readonly bytes?: Uint8Array;
};

/** Something that could not be read. It may point to anything, so nothing may be deleted before it is known. */
export type UnknownPart = {
  readonly what: 'tags' | 'tag' | 'manifest' | 'referrers' | 'digests';
  readonly reference?: Tag | Digest;
  readonly reason: string;
};

/** A picture of one repository at one moment. Where it is not complete, `unknown` says so. */
export type RepositoryGraph = {
  /** Every tag that resolves. */
  readonly tags: ReadonlyMap<Tag, Digest>;
  readonly nodes: ReadonlyMap<Digest, GraphNode>;
  /** Named by something, and not in the repository: children of sparse indexes, subjects never pushed. */
  readonly absent: ReadonlySet<Digest>;
  /** By subject: what the referrers API lists for it. */
  readonly apiReferrers: ReadonlyMap<Digest, readonly Digest[]>;
  readonly hasReferrersApi: boolean;
  readonly unknown: readonly UnknownPart[];
  /** `tags`: all tags, but only manifests near the focus, which is enough where nothing is deleted. */
  readonly depth: 'tags' | 'everything';
  /** Manifests without a tag were listed too. The distribution API cannot do that. */
  readonly isUntaggedListed: boolean;
};

/** Tags on each digest, in the order of the graph. */
export const tagsByDigest = (graph: Pick<RepositoryGraph, 'tags'>): Map<Digest, Tag[]> => {
  const byDigest = new Map<Digest, Tag[]>();
  for (const [tag, digest] of graph.tags) {
    const tags = byDigest.get(digest);
    if (tags) tags.push(tag);
    else byDigest.set(digest, [tag]);
  }
  return byDigest;
};

/** A tag that belongs to a digest: its list of referrers, or what cosign 1 and 2 attached to it. */
export type AttachedTag = {
  readonly tag: Tag;
  readonly owner: Digest;
  readonly target: Digest;
  readonly kind: 'list' | 'cosign';
};

/**
 * Tags that belong to a digest. A list may speak of a subject that was never pushed; a cosign tag without its image is
 * a tag like any other.
 */
export const findAttachedTags = (
  graph: Pick<RepositoryGraph, 'tags' | 'nodes'>,
): Map<Tag, AttachedTag> => {
  const attached = new Map<Tag, AttachedTag>();
  const ownersByList = new Map<string, Digest>();
  for (const digest of graph.nodes.keys()) ownersByList.set(fallbackTagFor(digest), digest);
  for (const [tag, target] of graph.tags) {
    const tagClass = classifyTag(tag);
    if (tagClass === 'plain') continue;
    if (tagClass === 'cosign') {
      const owner = parseCosignTag(tag)?.digest;
      if (owner === undefined || !graph.nodes.has(owner)) continue;
      attached.set(tag, { tag, owner, target, kind: 'cosign' });
      continue;
    }
    const owner = ownersByList.get(tag) ?? parseFallbackTag(tag)?.digest;
    // A list is an index; anything else under its name is no list (distribution-spec, Referrers Tag Schema).
    if (owner === undefined || graph.nodes.get(target)?.kind !== 'index') continue;
    attached.set(tag, { tag, owner, target, kind: 'list' });
  }
  return attached;
};
