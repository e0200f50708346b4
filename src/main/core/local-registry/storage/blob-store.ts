import { createHash, type Hash } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { digestAlgorithm, parseDigest, type Digest } from '#oci/digest';
import { hasErrorCode, isMissing, makeDir, writeDurably, type DirsToSync } from './durable';
import type { Layout } from './layout';

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

  /** Moves verified, flushed bytes into place. Replaces what is there, which heals a damaged blob. */
  async adopt(file: string, digest: Digest, dirsToSync: DirsToSync): Promise<void> {
    const dir = this.layout.blobDir(digest);
    await makeDir(dir, dirsToSync);
    await rename(file, `${dir}/data`);
    dirsToSync.add(dir);
  }

  async writeBytes(digest: Digest, bytes: Uint8Array, dirs: DirsToSync): Promise<void> {
    const known = await this.find(digest);
    if (known?.sizeBytes === bytes.byteLength && (await readFile(known.file)).equals(bytes)) return;
    await writeDurably(this.blobFile(digest), bytes, dirs);
  }

  /**
   * Makes bytes kept under one digest reachable under another, without using space twice where the disk has hard
   * links. Distribution keeps only the sha256 name and loses sha512 content in its own garbage collection, which
   * marks the digest a manifest names; a name of its own survives that.
   */
  async alias(from: Digest, to: Digest, dirsToSync: DirsToSync): Promise<void> {
    if ((await this.find(to)) !== undefined) return;
    const dir = this.layout.blobDir(to);
    await makeDir(dir, dirsToSync);
    try {
      await link(this.blobFile(from), `${dir}/data`);
    } catch (error) {
      if (hasErrorCode(error, 'EEXIST')) return;
      if (!hasErrorCode(error, 'EPERM', 'ENOTSUP', 'EMLINK', 'EXDEV', 'ENOSYS')) throw error;
      await copyDurably(this.blobFile(from), `${dir}/data`);
    }
    dirsToSync.add(dir);
  }

  async remove(digest: Digest): Promise<void> {
    await rm(this.layout.blobDir(digest), { recursive: true, force: true });
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
