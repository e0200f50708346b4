import type { ChangeRequest } from '#core/cleanup/plan';
import type { Digest } from '#oci/digest';
import { fallbackTagFor } from '#oci/fallback-tags';
import type { Tag } from '#oci/tag';
import type { ModelRegistry } from './model-registry';

type Links = { children: Digest[]; subject: Digest | undefined };

export const linksOf = (registry: ModelRegistry, digest: Digest): Links => {
  const found = registry.state.manifests.get(digest);
  if (found === undefined) return { children: [], subject: undefined };
  const json = JSON.parse(Buffer.from(found.bytes).toString('utf8')) as {
    manifests?: { digest: Digest }[];
    subject?: { digest: Digest };
  };
  return {
    children: (json.manifests ?? []).map((child) => child.digest),
    subject: json.subject?.digest,
  };
};

/** A repository as it was before a plan ran. */
export type Snapshot = {
  tags: Map<Tag, Digest>;
  digests: Set<Digest>;
  links: Map<Digest, Links>;
  /** What a client can know of: without a listing, nothing that no tag leads to. */
  visible: Set<Digest>;
};

/** Attached tags by name, for every digest that could have some. */
const ownersOf = (digests: Iterable<Digest>): Map<string, Digest> => {
  const owners = new Map<string, Digest>();
  for (const digest of digests) {
    owners.set(fallbackTagFor(digest), digest);
    owners.set(`${fallbackTagFor(digest)}.sig`, digest);
  }
  return owners;
};

const findVisible = (
  registry: ModelRegistry,
  { tags, digests, links }: Omit<Snapshot, 'visible'>,
  requests: readonly ChangeRequest[],
): Set<Digest> => {
  const owners = ownersOf(digests);
  const visible = new Set<Digest>(registry.switches.listsDigests === true ? digests : []);
  for (const [tag, digest] of tags) visible.add(digest).add(owners.get(tag) ?? digest);
  for (const each of requests) if (each.kind === 'delete-image') visible.add(each.digest);
  for (const digest of visible) {
    const { children = [], subject } = links.get(digest) ?? {};
    for (const child of children) visible.add(child);
    if (subject !== undefined) visible.add(subject);
    if (registry.switches.referrersApi !== true) continue;
    for (const [each, link] of links) if (link.subject === digest) visible.add(each);
  }
  return visible;
};

export const takeSnapshot = (
  registry: ModelRegistry,
  requests: readonly ChangeRequest[],
): Snapshot => {
  const seen = {
    tags: new Map(registry.state.tags),
    digests: new Set(registry.state.manifests.keys()),
    links: new Map(registry.digests().map((digest) => [digest, linksOf(registry, digest)])),
  };
  return { ...seen, visible: findVisible(registry, seen, requests) };
};

const tagsGivenUp = (request: ChangeRequest): readonly Tag[] => {
  switch (request.kind) {
    case 'delete-image':
      return request.tags;
    case 'rename-tag':
      return [request.from];
    case 'untag':
    case 'delete-tag':
    case 'move-tag':
      return [request.tag];
    case 'tag':
    case 'delete-repository':
      return [];
  }
};

/**
 * The promise, written without the planner's own words: whatever is left still has all it had. `asked` are images that
 * were named by their digest; a signature may be taken from under, and an image from above, only those.
 */
export const findHarm = (
  before: Snapshot,
  registry: ModelRegistry,
  requests: readonly ChangeRequest[],
): string[] =>
  requests.some(({ kind }) => kind === 'delete-repository')
    ? []
    : new HarmFinder(before, registry, requests).find();

class HarmFinder {
  private readonly harm: string[] = [];
  private readonly asked: ReadonlySet<Digest>;
  private readonly given: ReadonlySet<Tag>;
  private readonly owners: ReadonlyMap<string, Digest>;

  constructor(
    private readonly before: Snapshot,
    private readonly registry: ModelRegistry,
    requests: readonly ChangeRequest[],
  ) {
    const images = requests.filter((each) => each.kind === 'delete-image');
    this.asked = new Set(images.map(({ digest }) => digest));
    this.given = new Set(requests.flatMap(tagsGivenUp));
    this.owners = ownersOf(before.digests);
  }

  find(): string[] {
    const { tags, digests, links, visible } = this.before;
    for (const [tag, digest] of tags) this.checkTag(tag, digest);
    for (const digest of this.registry.state.manifests.keys()) {
      if (!digests.has(digest) || visible.has(digest)) this.checkParts(digest);
    }
    for (const [digest, { subject }] of links) {
      const isSigned = subject !== undefined && this.isThere(subject) && digests.has(subject);
      const isLost = isSigned && !this.isThere(digest) && visible.has(digest);
      if (isLost && !this.asked.has(digest)) this.harm.push(`${subject} lost its referrer`);
    }
    return this.harm;
  }

  private isThere(digest: Digest): boolean {
    return this.registry.state.manifests.has(digest);
  }

  private checkTag(tag: Tag, digest: Digest): void {
    const owner = this.owners.get(tag);
    if (this.given.has(tag) || (owner !== undefined && !this.isThere(owner))) return;
    if (owner !== undefined && !tag.endsWith('.sig')) return this.checkList(tag, digest);
    if (this.registry.state.tags.get(tag) !== digest) this.harm.push(`${tag} is gone or moved`);
    if (!this.isThere(digest)) this.harm.push(`the image of ${tag} is gone`);
  }

  /** A list may have been written again, but not without what is still there. */
  private checkList(tag: Tag, digest: Digest): void {
    const now = this.registry.state.tags.get(tag);
    const listed = new Set(now === undefined ? [] : linksOf(this.registry, now).children);
    const before = this.before.links.get(digest)?.children ?? [];
    const missing = before.filter((each) => this.isThere(each) && !listed.has(each));
    if (now === undefined || missing.length > 0) this.harm.push(`the list ${tag} lost something`);
  }

  private checkParts(digest: Digest): void {
    const { children, subject } = linksOf(this.registry, digest);
    const { tags, digests } = this.before;
    const isList = [...tags, ...this.registry.state.tags].some(
      ([tag, target]) => target === digest && this.owners.has(tag),
    );
    for (const child of children) {
      const isLost = digests.has(child) && !this.isThere(child);
      if (isLost && !(isList && this.asked.has(child))) this.harm.push(`${digest} lost a child`);
    }
    const hasLost = subject !== undefined && digests.has(subject) && !this.isThere(subject);
    if (hasLost && !this.asked.has(subject)) this.harm.push(`${digest} lost its subject`);
  }
}
