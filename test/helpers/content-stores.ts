import { parseDescriptor, type Descriptor } from '#oci/descriptor';
import { parseDigest } from '#oci/digest';
import { parseRepositoryName } from '#oci/repository-name';
import { parseTag } from '#oci/tag';
import type { BlobContent } from '#core/content/content-store';
import { contentOf, digestOf } from '#core/content/verify';
import type { RegistryClientOptions } from '#core/registry/index';
import type { ContentSet } from './content-set';
import { openClient } from './registry-calls';
import { type ContentSource, type ContentTarget, createRegistryStore } from '#core/content/index';

/** A store of one repository of an open registry; its client is closed when the test ends. */
export function openRegistryStore(
  origin: string,
  repository: string,
  options: Partial<RegistryClientOptions> & { registry?: string } = {},
): ContentTarget {
  const { registry = new URL(origin).host, ...rest } = options;
  const client = openClient(origin, rest);
  return createRegistryStore({
    client,
    uploads: client,
    registry,
    repository: parseRepositoryName(repository),
  });
}

export const blobOf = (content: string | Uint8Array): { descriptor: Descriptor; bytes: Buffer } => {
  const bytes = Buffer.from(content);
  const mediaType = 'application/octet-stream';
  return { descriptor: { mediaType, digest: digestOf(bytes), size: bytes.length }, bytes };
};

/** Content that is handed over in pieces of `pieceBytes`, as a network does. */
export function inPieces(bytes: Uint8Array, pieceBytes = 64 * 1024): BlobContent {
  return {
    async open(startBytes) {
      async function* body(): AsyncGenerator<Uint8Array> {
        for (let at = startBytes; at < bytes.length; at += pieceBytes) {
          yield bytes.subarray(at, at + pieceBytes);
        }
      }
      return { isVerified: false, body: body(), close: () => {} };
    },
  };
}

/** Puts a set into a store the way a copy does: blobs, manifests with their children first, tags. */
export async function fill(store: ContentTarget, content: ContentSet): Promise<void> {
  for (const [digest, bytes] of content.blobs) {
    const descriptor = parseDescriptor({ mediaType: 'application/x', digest, size: bytes.length });
    await store.putBlob(descriptor, contentOf(bytes));
  }
  for (const [digest, { mediaType, bytes }] of content.manifests) {
    await store.putManifest({ digest: parseDigest(digest), mediaType, bytes });
  }
  for (const [name, digest] of content.tags) await store.tag(parseTag(name), parseDigest(digest));
}

/** Everything of a set that a store does not give back byte for byte. */
export async function findMissing(store: ContentSource, content: ContentSet): Promise<string[]> {
  const missing: string[] = [];
  for (const [digest, bytes] of content.blobs) {
    const read = await readBlob(store, digest, bytes.length).catch(() => undefined);
    if (!read?.equals(bytes)) missing.push(`blob ${digest}`);
  }
  for (const [digest, { bytes }] of content.manifests) {
    const read = await store.getManifest(parseDigest(digest)).catch(() => undefined);
    if (!read || !Buffer.from(read.bytes).equals(bytes)) missing.push(`manifest ${digest}`);
  }
  for (const [name, digest] of content.tags) {
    const found = await store.resolve(parseTag(name)).catch(() => undefined);
    if (found?.digest !== digest) missing.push(`tag ${name}`);
  }
  return missing;
}

export async function readBlob(
  store: ContentSource,
  digest: string,
  size: number,
  startBytes = 0,
): Promise<Buffer> {
  const descriptor = { mediaType: 'application/x', digest: parseDigest(digest), size };
  const opened = await store.openBlob(descriptor, { startBytes });
  const chunks: Uint8Array[] = [];
  for await (const chunk of opened.body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
