import type { Descriptor } from '#oci/descriptor';
import type { Digest } from '#oci/digest';
import type { Tag } from '#oci/tag';
import type { ContentTarget, StoredManifest } from '../content-store';
import { checkBytes, checkedBody, contentOf, notFound, readManifest } from '../verify';
import { findReferrers } from './referrers';

const isDigest = (reference: Tag | Digest): reference is Digest => reference.includes(':');

/** Content in memory: what is small, made here, and put somewhere else. */
export function createMemoryStore(name = 'memory'): ContentTarget {
  return new MemoryStore(name);
}

class MemoryStore implements ContentTarget {
  private readonly blobs = new Map<Digest, Uint8Array>();
  private readonly manifests = new Map<Digest, StoredManifest>();
  private readonly tags = new Map<Tag, Descriptor>();

  constructor(readonly name: string) {}

  readonly resolve: ContentTarget['resolve'] = async (reference, options) => {
    options?.signal?.throwIfAborted();
    if (!isDigest(reference)) return this.tags.get(reference);
    const found = this.manifests.get(reference);
    return found && { mediaType: found.mediaType, digest: found.digest, size: found.bytes.length };
  };

  readonly getManifest: ContentTarget['getManifest'] = async (reference, options) => {
    const descriptor = await this.resolve(reference, options);
    const found = descriptor && this.manifests.get(descriptor.digest);
    if (!found) throw notFound(reference, this.name);
    return found;
  };

  readonly openBlob: ContentTarget['openBlob'] = async ({ digest }, options) => {
    options?.signal?.throwIfAborted();
    const bytes = this.blobs.get(digest);
    if (!bytes) throw notFound(digest, this.name);
    return contentOf(bytes).open(options?.startBytes ?? 0);
  };

  readonly listTags: ContentTarget['listTags'] = async () => [...this.tags.keys()].sort();

  readonly referrers: ContentTarget['referrers'] = async (digest) =>
    findReferrers({ manifests: this.manifests.values(), tags: this.tags }, digest);

  readonly hasBlobs: ContentTarget['hasBlobs'] = async (descriptors) =>
    new Set(descriptors.map(({ digest }) => digest).filter((digest) => this.blobs.has(digest)));

  readonly putBlob: ContentTarget['putBlob'] = async (descriptor, content, options) => {
    const chunks: Uint8Array[] = [];
    const opened = await content.open(0);
    for await (const chunk of checkedBody(opened, descriptor, 0, 'the source')) {
      options?.signal?.throwIfAborted();
      chunks.push(chunk);
    }
    const bytes = Buffer.concat(chunks);
    // What the source says it has checked is checked again: here it costs nothing.
    checkBytes(bytes, descriptor.digest, 'the source');
    this.blobs.set(descriptor.digest, bytes);
  };

  readonly putManifest: ContentTarget['putManifest'] = async (content, options) => {
    options?.signal?.throwIfAborted();
    checkBytes(content.bytes, content.digest, 'the source');
    this.manifests.set(content.digest, readManifest(content, this.name));
    if (options?.tag !== undefined) await this.tag(options.tag, content.digest);
  };

  readonly tag: ContentTarget['tag'] = async (tag, digest) => {
    const descriptor = await this.resolve(digest);
    if (!descriptor) throw notFound(digest, this.name);
    this.tags.set(tag, descriptor);
  };

  readonly finish: ContentTarget['finish'] = () => Promise.resolve();

  readonly close: ContentTarget['close'] = async () => {
    this.blobs.clear();
    this.manifests.clear();
    this.tags.clear();
  };
}
