import { createHash } from 'node:crypto';
import type { Descriptor } from '#oci/descriptor';
import { digestAlgorithm, isVerifiable, type Digest } from '#oci/digest';
import { OciError } from '#oci/error';
import { parseManifest } from '#oci/manifest';
import { ContentError } from './content-error';
import type { BlobContent, ManifestContent, OpenedContent, StoredManifest } from './content-store';

/** The digest of bytes, in the algorithm of `like`. Throws `algorithm-unsupported`. */
export function digestOf(bytes: Uint8Array, like?: Digest): Digest {
  const algorithm = like === undefined ? 'sha256' : checkedAlgorithm(like);
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}` as Digest;
}

function checkedAlgorithm(digest: Digest): string {
  if (isVerifiable(digest)) return digestAlgorithm(digest);
  throw new ContentError(
    'algorithm-unsupported',
    `${digest} is named by an algorithm that cannot be checked here, so it is not copied. sha256 and sha512 can be.`,
  );
}

/** Throws `digest-mismatch` unless the bytes are those of the digest. */
export function checkBytes(bytes: Uint8Array, digest: Digest, name: string): void {
  const actual = digestOf(bytes, digest);
  if (actual !== digest) throw mismatch(digest, actual, name);
}

export function mismatch(expected: string, actual: string, name: string): ContentError {
  return new ContentError(
    'digest-mismatch',
    `The bytes from ${name} do not match their digest. They are damaged or were replaced, and were not used. Expected ${expected}, received ${actual}.`,
  );
}

function wrongSize(descriptor: Descriptor, received: number, name: string): ContentError {
  return new ContentError(
    received < descriptor.size ? 'content-broken-off' : 'digest-mismatch',
    `${name} gave ${received} bytes of ${descriptor.digest}, which has ${descriptor.size}. Nothing was kept of it. Try again.`,
  );
}

/**
 * The bytes of a blob from `startBytes` on, checked on the way. The last piece is held back until the length, and the
 * hash of a whole blob, are known to be right: who counts bytes never has all of a wrong blob. A blob that is
 * continued in the middle can be checked for its length only; its hash is then the target's to check.
 */
export async function* checkedBody(
  opened: OpenedContent,
  descriptor: Descriptor,
  startBytes: number,
  name: string,
): AsyncGenerator<Uint8Array> {
  const isHashed = startBytes === 0 && !opened.isVerified;
  const hash = isHashed ? createHash(checkedAlgorithm(descriptor.digest)) : undefined;
  let received = startBytes;
  let held: Uint8Array | undefined;
  try {
    for await (const chunk of opened.body) {
      if (chunk.length === 0) continue;
      received += chunk.length;
      if (received > descriptor.size) throw wrongSize(descriptor, received, name);
      hash?.update(chunk);
      if (held !== undefined) yield held;
      held = chunk;
    }
    if (received !== descriptor.size) throw wrongSize(descriptor, received, name);
    if (hash !== undefined) {
      const actual = `${digestAlgorithm(descriptor.digest)}:${hash.digest('hex')}`;
      if (actual !== descriptor.digest) throw mismatch(descriptor.digest, actual, name);
    }
    if (held !== undefined) yield held;
  } finally {
    opened.close();
  }
}

/** Reads a manifest whose bytes were checked. Throws `content-invalid` for bytes that are none. */
export function readManifest(content: ManifestContent, name: string): StoredManifest {
  try {
    const json: unknown = JSON.parse(Buffer.from(content.bytes).toString('utf8'));
    return { ...content, manifest: parseManifest(json, content.mediaType) };
  } catch (error) {
    if (!(error instanceof OciError) && !(error instanceof SyntaxError)) throw error;
    throw new ContentError(
      'content-invalid',
      `${content.digest} in ${name} is not a manifest that can be read: ${error.message}`,
      error,
    );
  }
}

/** Bytes in memory as the content of a blob. */
export function contentOf(bytes: Uint8Array): BlobContent {
  return {
    open(startBytes) {
      async function* body(): AsyncGenerator<Uint8Array> {
        if (startBytes < bytes.length) yield bytes.subarray(startBytes);
      }
      return Promise.resolve({ isVerified: false, body: body(), close: () => {} });
    },
  };
}

export function notFound(reference: string, name: string): ContentError {
  return new ContentError(
    'not-found',
    `${name} has no ${reference}. Check the name; it may have been deleted or never was there.`,
  );
}
