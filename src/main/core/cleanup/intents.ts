import type { Digest } from '#oci/digest';
import type { Tag } from '#oci/tag';
import type { RepositoryGraph } from './graph';
import type { ChangeRequest, PlanItem, Reason, Verdict } from './plan';

/** The requests cannot be meant together. */
export class RequestConflict extends Error {
  override readonly name = 'RequestConflict';
}

export type TagSet = { readonly tag: Tag; readonly digest: Digest; readonly before?: Digest };

export type Removal = {
  readonly tag: Tag;
  readonly digest: Digest;
  /** The image shall go with the tag where nothing else reaches it. */
  readonly deletes: boolean;
  readonly reason: Reason;
  /** The removal belongs to the deletion of this image and falls with it. */
  readonly forImage?: Digest;
};

/** What the requests come to in a repository as it is. */
export type Intents = {
  readonly sets: ReadonlyMap<Tag, TagSet>;
  readonly removals: ReadonlyMap<Tag, Removal>;
  /** Images to be deleted by digest. */
  readonly explicit: ReadonlySet<Digest>;
  /** What is refused, or done already. */
  readonly settled: readonly PlanItem[];
};

export const readIntents = (graph: RepositoryGraph, requests: readonly ChangeRequest[]): Intents =>
  new IntentReader(graph).read(requests);

class IntentReader {
  private readonly sets = new Map<Tag, TagSet>();
  private readonly removals = new Map<Tag, Removal>();
  private readonly explicit = new Set<Digest>();
  private readonly settled: PlanItem[] = [];

  constructor(private readonly graph: RepositoryGraph) {}

  read(requests: readonly ChangeRequest[]): Intents {
    for (const request of requests) this.readOne(request);
    for (const tag of this.sets.keys()) {
      if (this.removals.has(tag)) {
        throw new RequestConflict(`The tag ${tag} is to be set and to be removed. Ask for one.`);
      }
    }
    const { sets, removals, explicit, settled } = this;
    return { sets, removals, explicit, settled };
  }

  private readOne(request: ChangeRequest): void {
    switch (request.kind) {
      case 'tag':
        return this.set(request.tag, request.digest, false);
      case 'move-tag':
        return this.set(request.tag, request.digest, true);
      case 'rename-tag':
        return this.rename(request.from, request.to);
      case 'untag':
        return this.removeTag(request.tag, false, { code: 'asked' });
      case 'delete-tag':
        return this.removeTag(request.tag, true, { code: 'asked' });
      case 'delete-image':
        return this.deleteImage(request.digest, request.tags);
      case 'delete-repository':
        return this.deleteAll();
    }
  }

  private settle(tag: Tag, verdict: Verdict, reason: Reason): void {
    const digest = this.graph.tags.get(tag);
    const target = { kind: 'tag' as const, tag, ...(digest !== undefined && { digest }) };
    this.settled.push({ target, role: 'asked', verdict, reason });
  }

  private set(tag: Tag, digest: Digest, isMove: boolean): void {
    const before = this.graph.tags.get(tag);
    if (before === digest) return this.settle(tag, 'keep', { code: 'already-so' });
    if (!this.graph.nodes.has(digest) || (isMove && before === undefined)) {
      return this.settle(tag, 'refused', { code: 'not-there' });
    }
    if (!isMove && before !== undefined) {
      return this.settle(tag, 'refused', { code: 'tag-exists', digest: before });
    }
    const known = this.sets.get(tag);
    if (known !== undefined && known.digest !== digest) {
      throw new RequestConflict(`The tag ${tag} is to be set to two digests. Ask for one.`);
    }
    this.sets.set(tag, { tag, digest, ...(before !== undefined && { before }) });
  }

  private rename(from: Tag, to: Tag): void {
    const digest = this.graph.tags.get(from);
    if (digest === undefined) return this.settle(from, 'refused', { code: 'not-there' });
    if (from === to) return this.settle(from, 'keep', { code: 'already-so' });
    const taken = this.graph.tags.get(to);
    if (taken !== undefined && taken !== digest) {
      return this.settle(from, 'refused', { code: 'tag-exists', digest: taken });
    }
    if (taken === undefined) this.set(to, digest, false);
    // Without its bytes the image cannot be put under the new name, and the old one must stay.
    if (taken === undefined && !this.sets.has(to)) return;
    this.removeTag(from, false, { code: 'renamed', to });
  }

  private removeTag(tag: Tag, deletes: boolean, reason: Reason, forImage?: Digest): void {
    const digest = this.graph.tags.get(tag);
    if (digest === undefined) return this.settle(tag, 'keep', { code: 'not-there' });
    const known = this.removals.get(tag);
    // Asked for by itself it stays asked for, whatever becomes of the image.
    if (known !== undefined && (forImage !== undefined || known.deletes)) return;
    const image = forImage === undefined ? {} : { forImage };
    this.removals.set(tag, { tag, digest, deletes, reason, ...image });
  }

  private deleteImage(digest: Digest, tags: readonly Tag[]): void {
    if (!this.graph.nodes.has(digest)) {
      const target = { kind: 'manifest' as const, digest };
      const isAbsent = this.graph.absent.has(digest) || this.graph.unknown.length === 0;
      const reason: Reason = isAbsent
        ? { code: 'not-there' }
        : { code: 'not-known', what: digest, why: 'It could not be read.' };
      this.settled.push({ target, role: 'asked', verdict: isAbsent ? 'keep' : 'refused', reason });
      return;
    }
    this.explicit.add(digest);
    for (const tag of tags) {
      // A tag that points elsewhere by now was not given up for what it points to.
      if (this.graph.tags.get(tag) === digest) {
        this.removeTag(tag, true, { code: 'asked' }, digest);
      }
    }
  }

  private deleteAll(): void {
    for (const digest of this.graph.nodes.keys()) this.explicit.add(digest);
    for (const [tag, digest] of this.graph.tags) {
      this.removeTag(tag, true, { code: 'asked' }, digest);
    }
  }
}
