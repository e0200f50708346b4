import { createHash, type Hash } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { digestAlgorithm, parseDigest, type Digest } from '#oci/digest';
import { hasErrorCode, isMissing } from './durable';
import type { Layout } from './layout';
import type { WriteBatch } from './write-batch';

export type StoredBlob = Readonly<{ digest: Digest; file: string; sizeBytes: number }>;

/** The algorithms a client may push under. `sha256` is canonical: every blob is kept under it as well. */
export const supportedAlgorithms = ['sha256', 'sha512'] as const;
export type SupportedAlgorithm = (typeof supportedAlgorithms)[number];

export function algorithmOf(digest: Digest): SupportedAlgorithm | undefined {
  const algorithm = digestAlgorithm(digest);
  return supportedAlgorithms.find((known) => known === algorithm);
}

export function hashBytes(bytes: Uint8Array, algorithm: SupportedAlgorithm): Digest {
  return formatHash(createHash(algorithm).update(bytes), algorithm);
}

/** Closes `hash` and writes it as a digest. */
export function formatHash(hash: Hash, algorithm: SupportedAlgorithm): Digest {
  return parseDigest(`${algorithm}:${hash.digest('hex')}`);
}

/** Raw bytes by digest, shared by all repositories (distribution: `blobs/<alg>/<2 hex>/<hex>/data`). */
export class BlobStore {
  constructor(readonly layout: Layout) {}

  blobFile(digest: Digest): string {
    return `${this.layout.blobDir(digest)}/data`;
  }

  async find(digest: Digest): Promise<StoredBlob | undefined> {
    const file = this.blobFile(digest);
    try {
      const { size } = await stat(file);
      return { digest, file, sizeBytes: size };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** Moves verified bytes into place, once `flush` has flushed them. Replaces what is there, which heals a damaged blob. */
  async adopt(
    file: string,
    digest: Digest,
    flush: () => Promise<void>,
    batch: WriteBatch,
  ): Promise<void> {
    await batch.move(file, this.blobFile(digest), flush);
  }

  async writeBytes(digest: Digest, bytes: Uint8Array, batch: WriteBatch): Promise<void> {
    const known = await this.find(digest);
    if (known?.sizeBytes === bytes.byteLength && (await readFile(known.file)).equals(bytes)) return;
    await batch.write(this.blobFile(digest), bytes);
  }

  /**
   * Makes bytes kept under one digest reachable under another, without using space twice where the disk has hard
   * links. Distribution keeps only the sha256 name and loses sha512 content in its own garbage collection, which
   * marks the digest a manifest names; a name of its own survives that.
   */
  async alias(from: Digest, to: Digest, batch: WriteBatch): Promise<void> {
    if ((await this.find(to)) !== undefined) return;
    const dir = this.layout.blobDir(to);
    await batch.makeDir(dir);
    batch.also(dir, () => linkOrCopy(this.blobFile(from), `${dir}/data`));
  }

  async remove(digest: Digest): Promise<void> {
    await rm(this.layout.blobDir(digest), { recursive: true, force: true });
  }
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (hasErrorCode(error, 'EEXIST')) return;
    if (!hasErrorCode(error, 'EPERM', 'ENOTSUP', 'EMLINK', 'EXDEV', 'ENOSYS')) throw error;
    await copyDurably(from, to);
  }
}

async function copyDurably(from: string, to: string): Promise<void> {
  const temporary = `${to}.tmp`;
  await copyFile(from, temporary, constants.COPYFILE_FICLONE);
  const handle = await open(temporary, 'r+');
  await handle.sync();
  await handle.close();
  await rename(temporary, to);
}
