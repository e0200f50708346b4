import { createHash } from 'node:crypto';
import type { Repository, StoredManifest } from '#core/cleanup/repository';
import { parseDescriptor, type Descriptor } from '#oci/descriptor';
import type { Digest } from '#oci/digest';
import { parseManifest } from '#oci/manifest';
import type { Tag } from '#oci/tag';

export type ModelSwitches = {
  /** `deletes-siblings`: takes the image and all its tags. `ignores`: answers 202 and does nothing. */
  deleteByTag?: 'untags' | 'refuses' | 'deletes-siblings' | 'ignores';
  deleteByDigest?: 'deletes' | 'refuses' | 'ignores' | 'leaves-tags';
  /** Refuses a digest that has a tag (trap 4). */
  refusesTagged?: boolean;
  /** Answers 405 for a child of an index (trap 5). */
  refusesChildren?: boolean;
  /** Drops an image with its last tag (trap 15). */
  dropsUntagged?: boolean;
  referrersApi?: boolean;
  listsDigests?: boolean;
  /** A write is visible this long after it was accepted. */
  lagMs?: number;
  /** Refuses a manifest whose blobs or children are missing. */
  validates?: boolean;
};

export type ModelCall = { readonly method: string; readonly reference: string };

type State = {
  readonly manifests: Map<Digest, { mediaType: string; bytes: Uint8Array }>;
  readonly tags: Map<Tag, Digest>;
};

/** What core/registry throws, by the fields that are read of it. */
export class ModelError extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    readonly retryAfterMs?: number,
  ) {
    super(`The registry answered ${status}.`);
  }
}

export const hashOf = (bytes: Uint8Array | string): Digest =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}` as Digest;

const copyOf = ({ manifests, tags }: State): State => ({
  manifests: new Map(manifests),
  tags: new Map(tags),
});

/** One repository in memory whose time stands still unless somebody waits. */
export class ModelRegistry implements Repository {
  readonly blobs = new Set<Digest>();
  readonly calls: ModelCall[] = [];
  /** Every state that was ever written, with the time it becomes visible. */
  private readonly versions: { at: number; state: State }[] = [
    { at: 0, state: { manifests: new Map(), tags: new Map() } },
  ];
  private time = 0;
  /** May change the registry, or throw, before a call is answered. */
  before: ((call: ModelCall) => void) | undefined;
  readonly listDigests?: () => Promise<readonly Digest[]>;

  constructor(readonly switches: ModelSwitches = {}) {
    if (switches.listsDigests === true) {
      this.listDigests = () => {
        this.enter('listDigests', '');
        return Promise.resolve([...this.seen().manifests.keys()]);
      };
    }
  }

  readonly clock = {
    now: (): number => this.time,
    wait: (delayMs: number): Promise<void> => {
      this.time += delayMs;
      return Promise.resolve();
    },
  };

  /** What is stored, whether it can be seen yet or not. */
  get state(): State {
    const last = this.versions.at(-1);
    if (last === undefined) throw new Error('the model has no state');
    return last.state;
  }

  tagMap(): Record<string, Digest> {
    const sorted = [...this.state.tags].sort(([left], [right]) => (left < right ? -1 : 1));
    return Object.fromEntries(sorted);
  }

  digests(): Digest[] {
    return [...this.state.manifests.keys()].sort((left, right) => (left < right ? -1 : 1));
  }

  /** Fills the repository without a call, seen at once. */
  seed(json: object, tags: readonly string[] = []): Digest {
    const bytes = Buffer.from(JSON.stringify(json));
    const digest = hashOf(bytes);
    const { mediaType } = json as { mediaType: string };
    for (const state of this.versions.map((version) => version.state)) {
      state.manifests.set(digest, { mediaType, bytes });
      for (const tag of tags) state.tags.set(tag as Tag, digest);
    }
    return digest;
  }

  seedTag(tag: string, digest: Digest): void {
    this.race(({ tags }) => tags.set(tag as Tag, digest));
  }

  /** The same repository once more, with no call made yet. */
  copy(): ModelRegistry {
    const copy = new ModelRegistry(this.switches);
    const { manifests, tags } = this.state;
    copy.race((state) => {
      for (const [digest, content] of manifests) state.manifests.set(digest, content);
      for (const [tag, digest] of tags) state.tags.set(tag, digest);
    });
    for (const blob of this.blobs) copy.blobs.add(blob);
    return copy;
  }

  /** Another client's change, seen at once. */
  race(change: (state: State) => void): void {
    for (const { state } of this.versions) change(state);
  }

  listTags() {
    this.enter('listTags', '');
    return Promise.resolve({ tags: [...this.seen().tags.keys()] });
  }

  resolve(reference: Tag | Digest): Promise<Descriptor | undefined> {
    this.enter('resolve', reference);
    const found = this.find(reference);
    return Promise.resolve(
      found && { mediaType: found.mediaType, digest: found.digest, size: found.bytes.length },
    );
  }

  read(reference: Tag | Digest): Promise<StoredManifest | undefined> {
    this.enter('read', reference);
    return Promise.resolve(this.find(reference));
  }

  listReferrers(subject: Digest) {
    this.enter('listReferrers', subject);
    if (this.switches.referrersApi !== true) {
      return Promise.resolve({ descriptors: [], isSupported: false });
    }
    const descriptors: Descriptor[] = [];
    for (const [digest, { mediaType, bytes }] of this.seen().manifests) {
      const { manifest } = this.parse(digest, mediaType, bytes);
      if (manifest.kind === 'schema1' || manifest.subject?.digest !== subject) continue;
      descriptors.push(parseDescriptor({ mediaType, digest, size: bytes.length }));
    }
    return Promise.resolve({ descriptors, isSupported: true });
  }

  hasBlob(digest: Digest) {
    this.enter('hasBlob', digest);
    return Promise.resolve(this.blobs.has(digest));
  }

  putBlob(bytes: Uint8Array) {
    const digest = hashOf(bytes);
    this.enter('putBlob', digest);
    this.blobs.add(digest);
    return Promise.resolve(digest);
  }

  put(reference: Tag | Digest, content: { mediaType: string; bytes: Uint8Array }): Promise<void> {
    this.enter('put', reference);
    const digest = hashOf(content.bytes);
    if (reference.includes(':') && reference !== digest)
      throw new ModelError('request-refused', 400);
    if (this.switches.validates === true) this.validate(content);
    this.change((state) => {
      state.manifests.set(digest, { mediaType: content.mediaType, bytes: content.bytes });
      if (reference.includes(':')) return;
      const old = state.tags.get(reference as Tag);
      state.tags.set(reference as Tag, digest);
      this.dropUntagged(state, old);
    });
    return Promise.resolve();
  }

  remove(reference: Tag | Digest): Promise<void> {
    this.enter('remove', reference);
    if (reference.includes(':')) this.removeDigest(reference as Digest);
    else this.removeTag(reference as Tag);
    return Promise.resolve();
  }

  private removeTag(tag: Tag): void {
    const mode = this.switches.deleteByTag ?? 'untags';
    if (mode === 'refuses') throw new ModelError('request-refused', 400);
    const digest = this.state.tags.get(tag);
    if (digest === undefined) throw new ModelError('not-found', 404);
    if (mode === 'ignores') return;
    this.change((state) => {
      if (mode === 'deletes-siblings') {
        state.manifests.delete(digest);
        for (const [each, target] of state.tags) if (target === digest) state.tags.delete(each);
        return;
      }
      state.tags.delete(tag);
      this.dropUntagged(state, digest);
    });
  }

  private removeDigest(digest: Digest): void {
    const mode = this.switches.deleteByDigest ?? 'deletes';
    if (mode === 'refuses') throw new ModelError('unsupported', 405);
    if (!this.state.manifests.has(digest)) throw new ModelError('not-found', 404);
    const isTagged = [...this.state.tags.values()].includes(digest);
    if (this.switches.refusesTagged === true && isTagged) {
      throw new ModelError('request-refused', 400);
    }
    if (this.switches.refusesChildren === true && this.isChild(digest)) {
      throw new ModelError('unsupported', 405);
    }
    if (mode === 'ignores') return;
    this.change((state) => {
      state.manifests.delete(digest);
      if (mode === 'leaves-tags') return;
      for (const [tag, target] of state.tags) if (target === digest) state.tags.delete(tag);
    });
  }

  private isChild(digest: Digest): boolean {
    return [...this.state.manifests].some(([each, { mediaType, bytes }]) => {
      const { manifest } = this.parse(each, mediaType, bytes);
      return (
        manifest.kind === 'index' && manifest.manifests.some((child) => child.digest === digest)
      );
    });
  }

  private dropUntagged(state: State, digest: Digest | undefined): void {
    if (this.switches.dropsUntagged !== true || digest === undefined) return;
    if (![...state.tags.values()].includes(digest)) state.manifests.delete(digest);
  }

  private validate({ mediaType, bytes }: { mediaType: string; bytes: Uint8Array }): void {
    const { manifest } = this.parse(hashOf(bytes), mediaType, bytes);
    const isMissing =
      manifest.kind === 'image'
        ? [manifest.config, ...manifest.layers].some(({ digest }) => !this.blobs.has(digest))
        : manifest.kind === 'index' &&
          manifest.manifests.some(({ digest }) => !this.state.manifests.has(digest));
    if (isMissing) throw new ModelError('request-refused', 400);
  }

  private enter(method: string, reference: string): void {
    const call = { method, reference };
    this.before?.(call);
    this.calls.push(call);
  }

  private change(apply: (state: State) => void): void {
    const state = copyOf(this.state);
    apply(state);
    const at = this.time + (this.switches.lagMs ?? 0);
    if (this.switches.lagMs === undefined) this.versions.length = 0;
    this.versions.push({ at, state });
  }

  private seen(): State {
    const visible = this.versions.findLast(({ at }) => at <= this.time) ?? this.versions[0];
    if (visible === undefined) throw new Error('the model has no state');
    return visible.state;
  }

  private find(reference: Tag | Digest): StoredManifest | undefined {
    const state = this.seen();
    const digest = reference.includes(':')
      ? (reference as Digest)
      : state.tags.get(reference as Tag);
    const found = digest === undefined ? undefined : state.manifests.get(digest);
    // A tag whose digest is gone answers 404, as in distribution.
    if (digest === undefined || found === undefined) return undefined;
    return this.parse(digest, found.mediaType, found.bytes);
  }

  private readonly parsed = new Map<Digest, StoredManifest>();

  private parse(digest: Digest, mediaType: string, bytes: Uint8Array): StoredManifest {
    const known = this.parsed.get(digest);
    if (known !== undefined) return known;
    const manifest = parseManifest(JSON.parse(Buffer.from(bytes).toString('utf8')), mediaType);
    const stored = { digest, mediaType, bytes, manifest };
    this.parsed.set(digest, stored);
    return stored;
  }
}

const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';

const descriptorOf = (mediaType: string, text: string) => ({
  mediaType,
  digest: hashOf(text),
  size: Buffer.byteLength(text),
});

/** An image manifest whose layers are made of their names; the blobs are put into the registry. */
export const imageJson = (
  registry: ModelRegistry,
  label: string,
  layers: readonly string[] = [],
  extra: object = {},
): object => {
  for (const text of [label, ...layers]) registry.blobs.add(hashOf(text));
  return {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: descriptorOf('application/vnd.oci.image.config.v1+json', label),
    layers: layers.map((text) => descriptorOf('application/vnd.oci.image.layer.v1.tar', text)),
    ...extra,
  };
};

export const toDescriptor = (digest: Digest, mediaType = OCI_MANIFEST) => ({
  mediaType,
  digest,
  size: 7,
});

export const indexJson = (children: readonly Digest[], extra: object = {}): object => ({
  schemaVersion: 2,
  mediaType: OCI_INDEX,
  manifests: children.map((digest) => toDescriptor(digest)),
  ...extra,
});
