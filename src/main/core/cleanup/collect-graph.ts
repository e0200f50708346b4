import type { Digest } from '#oci/digest';
import { parseCosignTag, parseFallbackTag } from '#oci/fallback-tags';
import type { Tag } from '#oci/tag';
import { isCancelled, readFault } from './faults';
import type { GraphNode, RepositoryGraph, UnknownPart } from './graph';
import { toGraphNode } from './graph-node';
import { forEachLimited } from './limited';
import type { ReadRepository } from './repository';

export type GraphProgress = {
  readonly phase: 'tags' | 'manifests';
  readonly completed: number;
  /** Grows while manifests name more manifests. */
  readonly total: number;
};

export type CollectOptions = {
  readonly depth?: RepositoryGraph['depth'];
  /** Whose manifests to read in any case, with their children: for depth `tags` the only ones. */
  readonly focus?: readonly (Tag | Digest)[];
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: GraphProgress) => void;
  /** Requests under way at once. */
  readonly concurrency?: number;
  /** Bytes of manifests that are held in memory; what is beyond is read again when it is needed. */
  readonly maxHeldBytes?: number;
};

const DEFAULT_CONCURRENCY = 6;
/** 64 MiB: some 20,000 manifests of 3 KiB. */
const DEFAULT_HELD_BYTES = 64 * 1024 * 1024;

const isDigest = (reference: string): reference is Digest => reference.includes(':');

/**
 * Reads a repository: all tags, what they point to, children, subjects and referrers, down to the last one. A part that
 * fails is recorded as unknown and does not end the reading; only a cancel does.
 */
export const collectGraph = (
  repository: ReadRepository,
  options: CollectOptions = {},
): Promise<RepositoryGraph> => new GraphCollector(repository, options).run();

class GraphCollector {
  private readonly tags = new Map<Tag, Digest>();
  private readonly nodes = new Map<Digest, GraphNode>();
  private readonly absent = new Set<Digest>();
  private readonly apiReferrers = new Map<Digest, readonly Digest[]>();
  private readonly unknown: UnknownPart[] = [];
  private readonly seen = new Set<Digest>();
  private hasReferrersApi: boolean | undefined;
  private heldBytes = 0;
  private isUntaggedListed = false;

  constructor(
    private readonly repository: ReadRepository,
    private readonly options: CollectOptions,
  ) {}

  async run(): Promise<RepositoryGraph> {
    const depth = this.options.depth ?? 'everything';
    await this.readTags();
    const roots = depth === 'everything' ? await this.allRoots() : this.focusedRoots();
    await this.walk(roots);
    return {
      tags: this.tags,
      nodes: this.nodes,
      absent: this.absent,
      apiReferrers: this.apiReferrers,
      hasReferrersApi: this.hasReferrersApi ?? false,
      unknown: this.unknown,
      depth,
      isUntaggedListed: this.isUntaggedListed,
    };
  }

  private get limit(): number {
    return this.options.concurrency ?? DEFAULT_CONCURRENCY;
  }

  private async readTags(): Promise<void> {
    const listed = await this.tolerate('tags', undefined, () =>
      this.repository.listTags(this.options.signal),
    );
    if (listed?.incomplete !== undefined) {
      this.unknown.push({ what: 'tags', reason: listed.incomplete });
    }
    const names = [...new Set(listed?.tags)];
    const found = new Map<Tag, Digest>();
    let completed = 0;
    await forEachLimited(names, this.limit, async (tag) => {
      const descriptor = await this.tolerate('tag', tag, () =>
        this.repository.resolve(tag, this.options.signal),
      );
      if (descriptor !== undefined) found.set(tag, descriptor.digest);
      completed += 1;
      this.options.onProgress?.({ phase: 'tags', completed, total: names.length });
    });
    for (const tag of names) {
      const digest = found.get(tag);
      if (digest !== undefined) this.tags.set(tag, digest);
    }
  }

  private async allRoots(): Promise<Digest[]> {
    const listed = await this.tolerate('digests', undefined, async () => {
      const digests = await this.repository.listDigests?.(this.options.signal);
      this.isUntaggedListed = digests !== undefined;
      return digests ?? [];
    });
    return [...this.tags.values(), ...this.owners(), ...(listed ?? []), ...this.focusedRoots()];
  }

  /** What attached tags belong to, which may be there without a tag. */
  private owners(): Digest[] {
    return [...this.tags.keys()].flatMap(
      (tag) => parseCosignTag(tag)?.digest ?? parseFallbackTag(tag)?.digest ?? [],
    );
  }

  private focusedRoots(): Digest[] {
    return (this.options.focus ?? []).flatMap((reference) =>
      isDigest(reference) ? reference : (this.tags.get(reference) ?? []),
    );
  }

  /** Breadth first. Each round reads what the one before named. */
  private async walk(roots: readonly Digest[]): Promise<void> {
    const tagged = new Set(this.tags.values());
    let round = [...new Set(roots)];
    let completed = 0;
    while (round.length > 0) {
      for (const digest of round) this.seen.add(digest);
      const next = new Set<Digest>();
      const total = completed + round.length;
      await forEachLimited(round, this.limit, async (digest) => {
        const named = await this.visit(digest, tagged.has(digest));
        for (const each of named) if (!this.seen.has(each)) next.add(each);
        completed += 1;
        this.options.onProgress?.({ phase: 'manifests', completed, total });
      });
      round = [...next];
    }
  }

  /** Reads one manifest and gives what it names. */
  private async visit(digest: Digest, isTagged: boolean): Promise<readonly Digest[]> {
    const stored = await this.tolerate('manifest', digest, async () => {
      const { signal } = this.options;
      const isThere = isTagged || (await this.repository.resolve(digest, signal)) !== undefined;
      const found = isThere ? await this.repository.read(digest, signal) : undefined;
      if (found === undefined) this.absent.add(digest);
      return found;
    });
    if (stored === undefined) return this.referrersOf(digest);
    const isHeld =
      this.heldBytes + stored.bytes.length <= (this.options.maxHeldBytes ?? DEFAULT_HELD_BYTES);
    if (isHeld) this.heldBytes += stored.bytes.length;
    const node = toGraphNode(stored, isHeld);
    this.nodes.set(digest, node);
    const children = node.children.map((child) => child.digest);
    return [
      ...children,
      ...(node.subject === undefined ? [] : [node.subject]),
      ...(await this.referrersOf(digest)),
    ];
  }

  /** A subject that is not there may have referrers, so absent ones are asked for too. */
  private async referrersOf(subject: Digest): Promise<readonly Digest[]> {
    if (this.hasReferrersApi === false || this.options.depth === 'tags') return [];
    const list = await this.tolerate('referrers', subject, () =>
      this.repository.listReferrers(subject, this.options.signal),
    );
    if (list === undefined) return [];
    if (list.incomplete !== undefined) {
      this.unknown.push({ what: 'referrers', reference: subject, reason: list.incomplete });
    } else {
      // One clear answer stands for the registry: asking once a manifest would double the requests.
      this.hasReferrersApi ??= list.isSupported;
    }
    const digests = list.descriptors.map(({ digest }) => digest);
    if (digests.length > 0) this.apiReferrers.set(subject, digests);
    return digests;
  }

  private async tolerate<T>(
    what: UnknownPart['what'],
    reference: Tag | Digest | undefined,
    work: () => Promise<T>,
  ): Promise<T | undefined> {
    this.options.signal?.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      this.options.signal?.throwIfAborted();
      if (isCancelled(error)) throw error;
      const { message } = readFault(error);
      this.unknown.push({ what, ...(reference !== undefined && { reference }), reason: message });
      return undefined;
    }
  }
}
