import { createHash } from 'node:crypto';
import type { Descriptor } from '#oci/descriptor';
import { parseDigest, type Digest } from '#oci/digest';
import { parseRepositoryName, type RepositoryName } from '#oci/repository-name';
import { parseTag, type Tag } from '#oci/tag';

export type SampleManifest = {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly bytes: Buffer;
  readonly tags: readonly Tag[];
};

type Extra = Partial<Omit<Descriptor, 'mediaType' | 'digest' | 'size'>>;

export const digestOf = (bytes: Uint8Array): Digest =>
  parseDigest(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);

/** What one sample repository holds. Blobs are kept once; manifests in the order in which they can be pushed. */
export class SampleRepository {
  readonly name: RepositoryName;
  readonly blobs = new Map<Digest, Buffer>();
  readonly manifests: SampleManifest[] = [];

  constructor(
    name: string,
    /** What it shows, in one sentence. */
    readonly purpose: string,
  ) {
    this.name = parseRepositoryName(name);
  }

  addBlob(mediaType: string, content: string | Uint8Array, extra: Extra = {}): Descriptor {
    const bytes = Buffer.from(content);
    const digest = digestOf(bytes);
    this.blobs.set(digest, bytes);
    return { mediaType, digest, size: bytes.byteLength, ...extra };
  }

  /** Adds a manifest as JSON.stringify writes it; it is pushed by its digest where it has no tag. */
  addManifest(
    manifest: Readonly<Record<string, unknown>> & { readonly mediaType: string },
    tags: readonly string[] = [],
  ): Descriptor {
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, ...manifest }));
    const { mediaType } = manifest;
    const digest = digestOf(bytes);
    this.manifests.push({ digest, mediaType, bytes, tags: tags.map(parseTag) });
    return { mediaType, digest, size: bytes.byteLength };
  }

  /** The digest each tag of the sample leads to. */
  tags(): Map<Tag, Digest> {
    return new Map(
      this.manifests.flatMap(({ digest, tags }) => tags.map((tag) => [tag, digest] as const)),
    );
  }
}
