import { readdir, stat } from 'node:fs/promises';
import { tryParseDigest, type Digest } from '#oci/digest';
import { supportedAlgorithms } from '../storage/blob-store';
import { isMissing } from '../storage/durable';
import type { Layout } from '../storage/layout';

export type BlobOnDisk = Readonly<{
  digest: Digest;
  sizeBytes: number;
  /** The same for two names of the same bytes. */
  fileId: string;
  /** How many names the bytes have. */
  nameCount: number;
  /** When the file was put in place. */
  placedAtMs: number;
}>;

/** Visits every blob of the store, one folder after another. */
export async function walkBlobs(
  layout: Layout,
  visit: (blob: BlobOnDisk) => void | Promise<void>,
): Promise<void> {
  for (const algorithm of supportedAlgorithms) {
    const root = `${layout.blobsDir}/${algorithm}`;
    for (const prefix of await listDir(root)) {
      for (const encoded of await listDir(`${root}/${prefix}`)) {
        const digest = tryParseDigest(`${algorithm}:${encoded}`);
        const blob = digest === undefined ? undefined : await describeBlob(layout, digest);
        if (blob !== undefined) await visit(blob);
      }
    }
  }
}

async function describeBlob(layout: Layout, digest: Digest): Promise<BlobOnDisk | undefined> {
  try {
    const found = await stat(`${layout.blobDir(digest)}/data`);
    return {
      digest,
      sizeBytes: found.size,
      fileId: `${found.dev}:${found.ino}`,
      nameCount: found.nlink,
      placedAtMs: Math.max(found.ctimeMs, found.mtimeMs),
    };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function listDir(dir: string): Promise<string[]> {
  try {
    return await readdir(dir);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
