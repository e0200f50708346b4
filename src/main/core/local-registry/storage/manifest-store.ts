import { utimes } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { tryParseDigest, type Digest } from '#oci/digest';
import { describeStored, type ManifestFacts } from '../manifest-content';
import {
  algorithmOf,
  hashBytes,
  supportedAlgorithms,
  type BlobStore,
  type SupportedAlgorithm,
} from './blob-store';
import { BoundedMap } from './bounded-map';
import { isMissing } from './durable';
import type { Layout } from './layout';
import { readLink, removeLink, writeLink } from './link-file';
import type { WriteBatch } from './write-batch';

const cachedBytes = 16 * 1024 * 1024;
/** Larger files in a foreign folder are not read as manifests; distribution's own limit is 4 MiB. */
const maxStoredBytes = 32 * 1024 * 1024;

export type StoredManifest = Readonly<{ digest: Digest; bytes: Buffer; facts: ManifestFacts }>;

/** What the guard and the collector call a manifest of a repository. */
export const revisionKey = (name: string, digest: Digest): string => `${name}!${digest}`;

/** Manifests of a repository (distribution: `_manifests/revisions/<alg>/<hex>/link`, the bytes among the blobs). */
export class ManifestStore {
  /** By the digest of the bytes, which never change, over all repositories. */
  readonly #contents = new BoundedMap<Omit<StoredManifest, 'digest'>>(cachedBytes);

  constructor(
    readonly layout: Layout,
    readonly blobs: BlobStore,
  ) {}

  async find(name: string, digest: Digest): Promise<StoredManifest | undefined> {
    const target = await readLink(`${this.layout.revisionDir(name, digest)}/link`);
    if (target === undefined) return undefined;
    const content = await this.readContent(target);
    return content === undefined ? undefined : { digest, ...content };
  }

  /** Whether there is a revision link, without reading the manifest. */
  async has(name: string, digest: Digest): Promise<boolean> {
    return (await readLink(`${this.layout.revisionDir(name, digest)}/link`)) !== undefined;
  }

  /** When the revision link was last written or marked, in milliseconds since 1970; undefined without a link. */
  async markedAtMs(name: string, digest: Digest): Promise<number | undefined> {
    try {
      return (await stat(`${this.layout.revisionDir(name, digest)}/link`)).mtimeMs;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /**
   * Starts the grace window of a manifest again: a client that asks whether it is here is about to push an index
   * that names it.
   */
  mark(name: string, digest: Digest): void {
    const now = new Date();
    utimes(`${this.layout.revisionDir(name, digest)}/link`, now, now, () => undefined);
  }

  /** Manifest bytes whatever repository they are in; undefined when missing, damaged or no manifest. */
  async readContent(digest: Digest): Promise<Omit<StoredManifest, 'digest'> | undefined> {
    const cached = this.#contents.get(digest);
    if (cached !== undefined) return cached;
    const bytes = await this.#readBytes(digest);
    const algorithm = algorithmOf(digest);
    if (bytes === undefined || algorithm === undefined) return undefined;
    if (hashBytes(bytes, algorithm) !== digest) return undefined;
    const facts = describeStored(bytes);
    if (facts === undefined) return undefined;
    const content = { bytes, facts };
    this.#contents.set(digest, content, bytes.byteLength + 1024);
    return content;
  }

  async #readBytes(digest: Digest): Promise<Buffer | undefined> {
    const file = this.blobs.blobFile(digest);
    try {
      const { size } = await stat(file);
      return size > maxStoredBytes ? undefined : await readFile(file);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** Stores bytes under their sha256 and, when pushed under another digest, under that one as well. */
  async put(name: string, digest: Digest, bytes: Buffer, batch: WriteBatch): Promise<void> {
    const canonical = hashBytes(bytes, 'sha256');
    await this.blobs.writeBytes(canonical, bytes, batch);
    await writeLink(this.layout.revisionDir(name, canonical), canonical, batch);
    if (digest === canonical) return;
    await this.blobs.alias(canonical, digest, batch);
    await writeLink(this.layout.revisionDir(name, digest), digest, batch);
  }

  /** Removes a manifest under every digest it has in this repository and returns these digests. */
  async remove(name: string, manifest: StoredManifest): Promise<Digest[]> {
    const removed: Digest[] = [];
    for (const algorithm of supportedAlgorithms) {
      const digest = hashBytes(manifest.bytes, algorithm);
      if (await removeLink(this.layout.revisionDir(name, digest))) removed.push(digest);
    }
    return removed;
  }

  /** Removes one revision link whose bytes cannot be read. False when there was none. */
  removeLinkOnly(name: string, digest: Digest): Promise<boolean> {
    return removeLink(this.layout.revisionDir(name, digest));
  }

  /** Digests that have a revision link, in no order. */
  async list(name: string): Promise<Digest[]> {
    const lists = await Promise.all(
      supportedAlgorithms.map((algorithm) =>
        listAlgorithm(this.layout.revisionsDir(name), algorithm),
      ),
    );
    return lists.flat();
  }

  /** Drops the bytes from memory. */
  forget(digest: Digest): void {
    this.#contents.delete(digest);
  }
}

async function listAlgorithm(dir: string, algorithm: SupportedAlgorithm): Promise<Digest[]> {
  try {
    const names = await readdir(`${dir}/${algorithm}`);
    return names.flatMap((encoded) => tryParseDigest(`${algorithm}:${encoded}`) ?? []);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
