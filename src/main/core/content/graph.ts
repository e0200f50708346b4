import type { Descriptor } from '#oci/descriptor';
import type { Digest } from '#oci/digest';
import {
  isForeignLayer,
  isImageManifestType,
  isIndexType,
  isSchema1Type,
  MEDIA_TYPES,
} from '#oci/media-type';
import { formatPlatform } from '#oci/platform';
import type { Tag } from '#oci/tag';
import { isRegistryError } from '../registry/index';
import { ContentError, isContentError } from './content-error';
import type { ManifestContent, StoredManifest } from './content-store';
import type { CopyRequest, CopyWarning } from './copy-types';
import { mapLimited } from './limited';
import { chooseChildren, failOnMissing, rewriteIndex } from './platforms';

export type GraphNode = ManifestContent & {
  readonly children: readonly Digest[];
  readonly blobs: readonly Descriptor[];
  readonly subject?: Digest | undefined;
};

/** Everything that is to be copied. */
export type CopyGraph = {
  /** In an order in which they can be put: children before parents, subjects before what is attached. */
  readonly nodes: readonly GraphNode[];
  readonly tags: readonly { readonly tag: Tag; readonly digest: Digest }[];
  readonly warnings: readonly CopyWarning[];
};

const AT_ONCE = 8;
/** Indexes may hold indexes; no build tool goes deeper than three. */
const MAX_DEPTH = 16;

const isManifestType = (mediaType: string): boolean =>
  isIndexType(mediaType) ||
  isImageManifestType(mediaType) ||
  isSchema1Type(mediaType) ||
  mediaType === MEDIA_TYPES.ociArtifactManifest;

const isNotFound = (error: unknown): boolean =>
  isContentError(error, 'not-found') || isRegistryError(error, 'not-found');

/** Reads every manifest of a copy once, whatever number of tags leads to it. Rejects as the source does. */
export async function walkGraph(request: CopyRequest): Promise<CopyGraph> {
  const walk = new Walk(request);
  await mapLimited(request.items, AT_ONCE, (item) => walk.addItem(item.reference, item.tags));
  if (request.withReferrers ?? true) await walk.addReferrers();
  return walk.result();
}

class Walk {
  private readonly nodes = new Map<Digest, GraphNode>();
  private readonly pending = new Map<Digest, Promise<Descriptor | undefined>>();
  private readonly tags: { tag: Tag; digest: Digest }[] = [];
  private readonly warnings: CopyWarning[] = [];

  constructor(private readonly request: CopyRequest) {}

  result(): CopyGraph {
    return { nodes: inOrder(this.nodes), tags: this.tags, warnings: this.warnings };
  }

  async addItem(reference: Tag | Digest, tags: readonly Tag[]): Promise<void> {
    const root = await this.read(reference);
    const copied = await this.add(root, 0);
    for (const tag of tags) this.tags.push({ tag, digest: copied.digest });
  }

  private read(reference: Tag | Digest): Promise<StoredManifest> {
    const { source, signal } = this.request;
    return source.getManifest(reference, { signal });
  }

  private once(
    digest: Digest,
    work: () => Promise<Descriptor | undefined>,
  ): Promise<Descriptor | undefined> {
    const known = this.pending.get(digest);
    if (known !== undefined) return known;
    const started = work();
    this.pending.set(digest, started);
    return started;
  }

  private async add(found: StoredManifest, depth: number): Promise<Descriptor> {
    const added = await this.once(found.digest, () => this.addRead(found, depth));
    return added ?? { mediaType: found.mediaType, digest: found.digest, size: found.bytes.length };
  }

  /** The descriptor of what is copied in place of `found`: itself, unless platforms are dropped. */
  private async addRead(found: StoredManifest, depth: number): Promise<Descriptor> {
    const { manifest } = found;
    if (manifest.kind === 'schema1') {
      throw new ContentError(
        'unsupported',
        `${found.digest} in ${this.request.source.name} is an image of Docker's old schema 1, whose parts cannot be copied one by one. Build or convert it anew.`,
      );
    }
    const subject = manifest.subject?.digest;
    if (manifest.kind === 'image') {
      const blobs = [manifest.config, ...manifest.layers];
      return this.keep({ ...found, children: [], blobs, subject });
    }
    if (depth > MAX_DEPTH) {
      throw new ContentError('content-invalid', `${found.digest} nests indexes too deep.`);
    }
    const wanted = this.chooseFrom(found, manifest.manifests);
    const replaced = new Map<Digest, Descriptor>();
    const blobs = wanted.filter(({ mediaType }) => !isManifestType(mediaType));
    for (const blob of blobs) replaced.set(blob.digest, blob);
    const below = wanted.filter(({ mediaType }) => isManifestType(mediaType));
    await mapLimited(below, AT_ONCE, async (child) => {
      const added = await this.addChild(child, depth + 1);
      replaced.set(child.digest, added ?? child);
    });
    const children = below.map(({ digest }) => replaced.get(digest)?.digest ?? digest);
    const isSame =
      wanted.length === manifest.manifests.length &&
      [...replaced].every(([digest, by]) => by.digest === digest);
    if (isSame) return this.keep({ ...found, children, blobs, subject });
    const changed = rewriteIndex(found, replaced);
    this.warnDropped(found, changed);
    return this.keep({ ...changed, children, blobs, subject });
  }

  private chooseFrom(found: StoredManifest, all: readonly Descriptor[]): readonly Descriptor[] {
    const { platforms } = this.request;
    if (platforms === undefined) return all;
    failOnMissing(all, platforms, found.digest);
    const chosen = chooseChildren(all, platforms);
    return all.filter(({ digest }) => chosen.has(digest));
  }

  private warnDropped(found: StoredManifest, changed: ManifestContent): void {
    const kept = (this.request.platforms ?? []).map(formatPlatform).join(', ');
    this.warnings.push({
      code: 'platforms-dropped',
      digest: changed.digest,
      message: `Only ${kept} is copied of ${found.digest}. The index therefore has another digest at the target (${changed.digest}), and signatures of the old digest are void for it and stay behind.`,
    });
  }

  private keep(node: GraphNode & { manifest?: unknown }): Descriptor {
    const { digest, mediaType, bytes, children, blobs, subject } = node;
    this.nodes.set(digest, { digest, mediaType, bytes, children, blobs, subject });
    return { mediaType, digest, size: bytes.length };
  }

  /** A child that the source does not have is told, and stays in the index: indexes may be sparse (trap 18). */
  private addChild(child: Descriptor, depth: number): Promise<Descriptor | undefined> {
    return this.once(child.digest, async () => {
      try {
        return await this.addRead(await this.read(child.digest), depth);
      } catch (error) {
        if (!isNotFound(error)) throw error;
        const what = child.platform
          ? `${formatPlatform(child.platform)} (${child.digest})`
          : child.digest;
        this.warnings.push({
          code: 'child-missing',
          digest: child.digest,
          message: `${this.request.source.name} does not have ${what}, which an index names.`,
        });
        return undefined;
      }
    });
  }

  /** What is attached to anything that is copied, and what is attached to that in turn. */
  async addReferrers(): Promise<void> {
    const { source, signal } = this.request;
    const knownTags = new Set<string>(await source.listTags({ signal }));
    const asked = new Set<Digest>();
    for (;;) {
      const digests = [...this.nodes.keys()].filter((digest) => !asked.has(digest));
      if (digests.length === 0) return;
      for (const digest of digests) asked.add(digest);
      await mapLimited(digests, AT_ONCE, async (digest) => {
        for (const found of await source.referrers(digest, { signal, knownTags })) {
          const added = await this.addChild(found.descriptor, 0);
          const tag = found.cosignTag;
          if (added && tag) this.tags.push({ tag, digest: added.digest });
        }
      });
    }
  }
}

/** Depth first, so that whatever a manifest needs stands before it. */
function inOrder(nodes: ReadonlyMap<Digest, GraphNode>): GraphNode[] {
  const done = new Set<Digest>();
  const ordered: GraphNode[] = [];
  const visit = (digest: Digest): void => {
    const node = nodes.get(digest);
    if (node === undefined || done.has(digest)) return;
    done.add(digest);
    for (const child of node.children) visit(child);
    if (node.subject !== undefined) visit(node.subject);
    ordered.push(node);
  };
  for (const digest of nodes.keys()) visit(digest);
  return ordered;
}

/** Distinct blobs of all nodes, with who needs them. */
export function blobsOf(
  nodes: readonly GraphNode[],
): { descriptor: Descriptor; neededBy: Digest[]; isForeign: boolean }[] {
  const blobs = new Map<
    Digest,
    { descriptor: Descriptor; neededBy: Digest[]; isForeign: boolean }
  >();
  for (const node of nodes) {
    for (const descriptor of node.blobs) {
      const known = blobs.get(descriptor.digest);
      const isForeign = isForeignLayer(descriptor.mediaType);
      if (known) known.neededBy.push(node.digest);
      else blobs.set(descriptor.digest, { descriptor, neededBy: [node.digest], isForeign });
    }
  }
  return [...blobs.values()];
}
