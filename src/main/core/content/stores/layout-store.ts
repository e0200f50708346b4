import type { Descriptor } from '#oci/descriptor';
import type { Digest } from '#oci/digest';
import type { StringRecord } from '#oci/json';
import { isImageManifestType, isIndexType } from '#oci/media-type';
import type { Tag } from '#oci/tag';
import { ContentError } from '../content-error';
import type { ContentTarget, ManifestContent, StoredManifest } from '../content-store';
import { checkBytes, checkedBody, notFound, readManifest } from '../verify';
import { formatLayoutIndex, type LayoutEntry } from './layout-index';
import {
  INDEX_FILE,
  LAYOUT_CONTENT,
  LAYOUT_FILE,
  MAX_MANIFEST_BYTES,
  type LayoutPlace,
} from './layout-place';
import { findReferrers } from './referrers';

const isDigest = (reference: Tag | Digest): reference is Digest => reference.includes(':');

export type LayoutStoreOptions = {
  readonly place: LayoutPlace;
  /** What the layout's index held when it was opened. */
  readonly entries: readonly LayoutEntry[];
  /** Further annotations of a tag's entry in the index. */
  readonly annotationsOf?: (tag: Tag) => StringRecord;
  /** Further files of the finished layout. */
  readonly moreFiles?: (store: LayoutContent) => Promise<ReadonlyMap<string, Uint8Array>>;
};

/** What a layout holds, for those who write more files beside it. */
export type LayoutContent = {
  readonly tags: ReadonlyMap<Tag, Descriptor>;
  getManifest(digest: Digest): Promise<StoredManifest>;
};

/** image-spec image-layout.md over any place of files: manifests are blobs, tags are annotations of the index. */
export class LayoutStore implements ContentTarget {
  readonly name: string;
  private readonly place: LayoutPlace;
  private readonly tags = new Map<Tag, Descriptor>();
  private readonly roots = new Map<Digest, Descriptor>();
  /** Manifests that were read or put, which is all that `referrers` must know. */
  private readonly known = new Map<Digest, StoredManifest>();
  private walked: Promise<void> | undefined;

  constructor(private readonly options: LayoutStoreOptions) {
    this.place = options.place;
    this.name = options.place.name;
    for (const { descriptor, tag } of options.entries) {
      this.roots.set(descriptor.digest, descriptor);
      // The first of two entries with one name counts, as for most readers.
      if (tag !== undefined && !this.tags.has(tag)) this.tags.set(tag, descriptor);
    }
  }

  readonly resolve: ContentTarget['resolve'] = async (reference, options) => {
    options?.signal?.throwIfAborted();
    if (!isDigest(reference)) {
      const found = this.tags.get(reference);
      return found && plain(found);
    }
    const root = this.roots.get(reference);
    if (root) return plain(root);
    const found = await this.tryRead(reference, undefined);
    return found && { mediaType: found.mediaType, digest: reference, size: found.bytes.length };
  };

  readonly getManifest: ContentTarget['getManifest'] = async (reference, options) => {
    options?.signal?.throwIfAborted();
    const descriptor = isDigest(reference) ? this.roots.get(reference) : this.tags.get(reference);
    const digest = isDigest(reference) ? reference : descriptor?.digest;
    const found = digest && (await this.tryRead(digest, descriptor?.mediaType));
    if (!found) throw notFound(reference, this.name);
    return found;
  };

  private async tryRead(
    digest: Digest,
    mediaType: string | undefined,
  ): Promise<StoredManifest | undefined> {
    const known = this.known.get(digest);
    if (known) return known;
    const size = await this.place.sizeOf(digest);
    const opened =
      size !== undefined && size <= MAX_MANIFEST_BYTES
        ? await this.place.open(digest, 0)
        : undefined;
    if (!opened) return undefined;
    const chunks: Uint8Array[] = [];
    for await (const chunk of opened.body) chunks.push(chunk);
    opened.close();
    const bytes = Buffer.concat(chunks);
    checkBytes(bytes, digest, this.name);
    const found = readManifest({ digest, mediaType: mediaType ?? '', bytes }, this.name);
    const stored = { ...found, mediaType: found.manifest.mediaType };
    this.known.set(digest, stored);
    return stored;
  }

  readonly openBlob: ContentTarget['openBlob'] = async ({ digest }, options) => {
    options?.signal?.throwIfAborted();
    const opened = await this.place.open(digest, options?.startBytes ?? 0);
    if (!opened) throw notFound(digest, this.name);
    return opened;
  };

  readonly listTags: ContentTarget['listTags'] = async () => [...this.tags.keys()];

  readonly referrers: ContentTarget['referrers'] = async (digest) => {
    await (this.walked ??= this.walk());
    return findReferrers({ manifests: this.known.values(), tags: this.tags }, digest);
  };

  /** Referrers are roots of the index, but anything below may be attached to something too. */
  private async walk(): Promise<void> {
    const queue = [...this.roots.values()];
    const seen = new Set<Digest>();
    for (let at = 0; at < queue.length; at += 1) {
      const descriptor = queue[at];
      if (!descriptor || seen.has(descriptor.digest)) continue;
      seen.add(descriptor.digest);
      const { mediaType } = descriptor;
      if (!isIndexType(mediaType) && !isImageManifestType(mediaType)) continue;
      const found = await this.tryRead(descriptor.digest, mediaType);
      if (found?.manifest.kind === 'index') queue.push(...found.manifest.manifests);
    }
  }

  readonly hasBlobs: ContentTarget['hasBlobs'] = async (descriptors, options) => {
    const present = new Set<Digest>();
    for (const { digest, size } of descriptors) {
      options?.signal?.throwIfAborted();
      if ((await this.place.sizeOf(digest)) === size) present.add(digest);
    }
    return present;
  };

  readonly putBlob: ContentTarget['putBlob'] = async (descriptor, content, options) => {
    const opened = await content.open(0);
    const { signal } = options ?? {};
    // Bytes for a file are always hashed here: nothing behind the file would notice a fault.
    const checked = checkedBody({ ...opened, isVerified: false }, descriptor, 0, 'the source');
    try {
      await this.place.write(descriptor, abortable(checked, signal));
    } finally {
      opened.close();
    }
  };

  readonly putManifest: ContentTarget['putManifest'] = async (content, options) => {
    options?.signal?.throwIfAborted();
    checkBytes(content.bytes, content.digest, 'the source');
    const stored = readManifest(content, this.name);
    const descriptor = describe(content);
    await this.place.write(descriptor, only(content.bytes));
    this.known.set(content.digest, stored);
    if (options?.tag !== undefined) this.tags.set(options.tag, descriptor);
  };

  readonly tag: ContentTarget['tag'] = async (tag, digest) => {
    this.tags.set(tag, describe(await this.getManifest(digest)));
  };

  readonly finish: ContentTarget['finish'] = async () => {
    const entries = this.entriesToWrite();
    const files = new Map<string, Uint8Array>([
      [LAYOUT_FILE, LAYOUT_CONTENT],
      [INDEX_FILE, formatLayoutIndex(entries)],
    ]);
    const more = await this.options.moreFiles?.({
      tags: this.tags,
      getManifest: (digest) => this.getManifest(digest),
    });
    for (const [path, bytes] of more ?? []) files.set(path, bytes);
    await this.place.finish(files);
  };

  /** Tagged ones, and those that nothing leads to: what is attached would else be lost. */
  private entriesToWrite(): LayoutEntry[] {
    const tagged = [...this.tags].map(([tag, descriptor]) => {
      const annotations = { ...descriptor.annotations, ...this.options.annotationsOf?.(tag) };
      return { tag, descriptor: { ...descriptor, annotations } };
    });
    const reachable = new Set<Digest>(tagged.map(({ descriptor }) => descriptor.digest));
    for (const { manifest } of this.known.values()) {
      if (manifest.kind !== 'index') continue;
      for (const { digest } of manifest.manifests) reachable.add(digest);
    }
    const loose = new Map<Digest, Descriptor>(this.roots);
    for (const content of this.known.values()) loose.set(content.digest, describe(content));
    const untagged = [...loose.values()].filter(({ digest }) => !reachable.has(digest));
    return [...tagged, ...untagged.map((descriptor) => ({ descriptor }))];
  }

  readonly close: ContentTarget['close'] = () => this.place.close();
}

const describe = ({ mediaType, digest, bytes }: ManifestContent): Descriptor => ({
  mediaType,
  digest,
  size: bytes.length,
});

const plain = ({ mediaType, digest, size }: Descriptor): Descriptor => ({
  mediaType,
  digest,
  size,
});

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function* abortable(
  content: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of content) {
    if (signal?.aborted) throw new ContentError('cancelled', 'The copy was cancelled.');
    yield chunk;
  }
}
