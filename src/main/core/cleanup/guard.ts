import type { Digest } from '#oci/digest';
import { classifyTag, fallbackTagFor, parseCosignTag } from '#oci/fallback-tags';
import { parseManifest } from '#oci/manifest';
import type { Tag } from '#oci/tag';
import { forEachLimited } from './limited';
import type { PlanStep } from './plan';
import { contentOf, digestOfTag, resolve, type RunContext } from './run-context';
import { runUpdateList } from './run-puts';
import { placeholderOf } from './run-untag';

type DeleteStep = Extract<PlanStep, { kind: 'delete-manifest' }>;
type UntagStep = Extract<PlanStep, { kind: 'untag' }>;
type ListStep = Extract<PlanStep, { kind: 'update-list' }>;

/** What a manifest leads to. */
type Links = { readonly children: readonly Digest[]; readonly subject?: Digest };

/** The list of tags cannot be read to its end, so nobody can say what a deletion would hit. */
class TagsUnreadable extends Error {
  override readonly name = 'TagsUnreadable';
}

/** Looks whether a tag came or moved since the plan was made, and keeps what it leads to. */
export type Guard = {
  /** Before each deletion. */
  check(): Promise<void>;
  /** Keeps digests and everything that they lead to; what is gone already is put back. */
  protect(digests: Iterable<Digest>): Promise<void>;
};

const CONCURRENCY = 6;
/** Looking at every tag may take a quarter of the time at most. */
const COST_FACTOR = 4;

export const createGuard = (context: RunContext): Guard => new TagGuard(context);

class TagGuard implements Guard {
  private readonly deletions = new Map<Digest, DeleteStep>();
  private readonly links = new Map<Digest, Links>();
  private readonly namesBack = new Set<Tag>();
  private checkedAt = Number.NEGATIVE_INFINITY;
  private costMs = 0;

  constructor(private readonly context: RunContext) {
    for (const step of context.plan.steps) {
      if (step.kind === 'delete-manifest') this.deletions.set(step.digest, step);
    }
  }

  async check(): Promise<void> {
    const { repository, tags, clock, limits } = this.context;
    const startedAt = clock.now();
    const listed = await repository.listTags();
    if (listed.incomplete !== undefined) throw new TagsUnreadable(listed.incomplete);
    const isDue =
      startedAt - this.checkedAt >= Math.max(limits.recheckMs, COST_FACTOR * this.costMs);
    // New names are always looked at; moved ones when the last look is too long ago.
    const names = isDue ? listed.tags : listed.tags.filter((tag) => !tags.has(tag));
    const changed = new Map<Tag, Digest>();
    await forEachLimited(new Set(names), CONCURRENCY, async (tag) => {
      const digest = await digestOfTag(this.context, tag);
      if (digest === undefined || tags.get(tag) === digest) return;
      if (!(await this.isOwnPlaceholder(tag, digest))) changed.set(tag, digest);
    });
    if (isDue) {
      this.costMs = clock.now() - startedAt;
      this.checkedAt = clock.now();
    }
    for (const [tag, digest] of changed) {
      await this.protect([digest, ...this.ownersOf(tag)]);
      tags.set(tag, digest);
    }
  }

  /** A run that was interrupted finds its own placeholder on a tag: nobody has moved that tag. */
  private async isOwnPlaceholder(tag: Tag, digest: Digest): Promise<boolean> {
    for (const step of this.context.plan.steps) {
      if (step.kind !== 'untag' || step.method !== 'placeholder' || step.tag !== tag) continue;
      if ((await placeholderOf(this.context, step)).digest === digest) return true;
    }
    return false;
  }

  async protect(digests: Iterable<Digest>): Promise<void> {
    const met = new Set<Digest>();
    const stack = [...digests];
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      if (met.has(at)) continue;
      met.add(at);
      const step = this.deletions.get(at);
      if (step !== undefined) this.context.needed.add(at);
      const { children, subject } = await this.linksOf(at);
      stack.push(...children, ...(subject === undefined ? [] : [subject]));
      stack.push(...(step?.referrers ?? []));
    }
    await this.putBack(met);
  }

  /** Digests of this plan that an attached tag belongs to. */
  private ownersOf(tag: Tag): Digest[] {
    if (classifyTag(tag) === 'plain') return [];
    const owner = parseCosignTag(tag)?.digest;
    return [...this.deletions.keys()].filter(
      (digest) => digest === owner || fallbackTagFor(digest) === tag,
    );
  }

  private async linksOf(digest: Digest): Promise<Links> {
    const known = this.links.get(digest);
    if (known !== undefined) return known;
    const links = await this.readLinks(digest);
    this.links.set(digest, links);
    return links;
  }

  private async readLinks(digest: Digest): Promise<Links> {
    const kept = await this.context.entry.readManifest(digest);
    const stored = kept ?? (await this.context.repository.read(digest));
    if (stored === undefined) return { children: [] };
    const json: unknown = JSON.parse(Buffer.from(stored.bytes).toString('utf8'));
    const manifest = parseManifest(json, stored.mediaType);
    if (manifest.kind === 'schema1') return { children: [] };
    const children = manifest.kind === 'index' ? manifest.manifests : [];
    return {
      children: children.map((child) => child.digest),
      ...(manifest.subject !== undefined && { subject: manifest.subject.digest }),
    };
  }

  /** What was taken while nothing needed it, and is needed now. Last gone, first back: children before their index. */
  private async putBack(needed: ReadonlySet<Digest>): Promise<void> {
    const { plan, done, entry } = this.context;
    for (const index of [...done].reverse()) {
      const step = plan.steps[index];
      const isBack = step !== undefined && (await this.putStepBack(step, index, needed));
      if (!isBack) continue;
      done.delete(index);
      await entry.append({ step: index, state: 'put-back', note: 'needed-meanwhile' });
    }
  }

  private async putStepBack(
    step: PlanStep,
    index: number,
    needed: ReadonlySet<Digest>,
  ): Promise<boolean> {
    if (step.kind === 'delete-manifest' && needed.has(step.digest)) {
      await this.putManifestBack(step);
      return true;
    }
    if (step.kind === 'untag') return this.putNameBack(step, needed);
    if (step.kind !== 'update-list' || step.before === undefined) return false;
    const entries = step.remove.filter((digest) => needed.has(digest));
    const isWhole = entries.length === step.remove.length;
    if (isWhole && (await this.putListBack(step, index))) return true;
    if (entries.length > 0) await this.putEntriesBack(step, entries);
    // Entries of images that go all the same stay out, so the step as a whole stays done.
    return false;
  }

  private async putNameBack(step: UntagStep, needed: ReadonlySet<Digest>): Promise<boolean> {
    // The image that it named may have brought it back.
    if (this.namesBack.delete(step.tag)) return true;
    if (step.owner === undefined || !needed.has(step.owner)) return false;
    await this.putTagBack(step.tag, step.digest);
    return true;
  }

  /** To the last byte, where nobody else has written the list since. */
  private async putListBack(step: ListStep, index: number): Promise<boolean> {
    const { entry, repository, tags } = this.context;
    const written = entry.records.findLast(({ step: at, after }) => at === index && after);
    const isOurs = written?.after === (await digestOfTag(this.context, step.tag));
    if (!isOurs || step.before === undefined) return false;
    await repository.put(step.tag, await contentOf(this.context, step.before));
    tags.set(step.tag, step.before);
    return true;
  }

  private async putManifestBack({ digest, tags }: DeleteStep): Promise<void> {
    const { deleted, needed, repository } = this.context;
    deleted.delete(digest);
    for (const tag of tags) {
      // What belonged to an image that goes all the same comes back without the name that said so.
      const isWanted = this.ownersOf(tag).some((owner) => needed.has(owner));
      if (!isWanted) continue;
      await this.putTagBack(tag, digest);
      this.namesBack.add(tag);
    }
    if ((await resolve(this.context, digest)) !== undefined) return;
    await repository.put(digest, await contentOf(this.context, digest));
  }

  private async putTagBack(tag: Tag, digest: Digest): Promise<void> {
    const now = await digestOfTag(this.context, tag);
    if (now !== undefined && !(await this.isOwnPlaceholder(tag, now))) return;
    await this.context.repository.put(tag, await contentOf(this.context, digest));
    this.context.tags.set(tag, digest);
  }

  private async putEntriesBack(step: ListStep, digests: readonly Digest[]): Promise<void> {
    const old = step.before && (await contentOf(this.context, step.before));
    if (old === undefined) return;
    const manifest = parseManifest(JSON.parse(Buffer.from(old.bytes).toString('utf8')));
    if (manifest.kind !== 'index') return;
    const add = manifest.manifests.filter(({ digest }) => digests.includes(digest));
    await runUpdateList(this.context, { ...step, remove: [], add });
  }
}
