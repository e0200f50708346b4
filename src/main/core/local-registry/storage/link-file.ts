import { readFile, rm, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { tryParseDigest, type Digest } from '#oci/digest';
import { hasErrorCode, isMissing, syncDir } from './durable';
import type { WriteBatch } from './write-batch';

/** What a `link` file says: a digest, nothing (no such file), or text that is no digest. */
export type LinkContent =
  | { kind: 'digest'; digest: Digest; isExact: boolean }
  | { kind: 'missing' }
  | { kind: 'unreadable'; text: string };

/**
 * Reads a link. Distribution writes the bare digest and refuses anything around it; white space (an editor's
 * newline) is forgiven here and named in the check report through `isExact`.
 */
export async function readLinkContent(file: string): Promise<LinkContent> {
  let text;
  try {
    text = await readFile(file, 'latin1');
  } catch (error) {
    if (isMissing(error)) return { kind: 'missing' };
    throw error;
  }
  const digest = tryParseDigest(text.trim());
  if (digest === undefined) return { kind: 'unreadable', text: text.slice(0, 200) };
  return { kind: 'digest', digest, isExact: text === digest };
}

/** The digest in a link, or undefined when there is no link that can be followed. */
export async function readLink(file: string): Promise<Digest | undefined> {
  const content = await readLinkContent(file);
  return content.kind === 'digest' ? content.digest : undefined;
}

/** Writes `<dir>/link`: the digest text, no newline. */
export async function writeLink(dir: string, digest: Digest, batch: WriteBatch): Promise<void> {
  await batch.write(`${dir}/link`, digest);
}

/** Removes `<dir>/link` and then the folder if nothing else is in it. False when there was no link. */
export async function removeLink(dir: string): Promise<boolean> {
  try {
    await rm(`${dir}/link`);
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
  try {
    await rmdir(dir);
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT', 'ENOTEMPTY', 'EEXIST', 'EBUSY', 'EPERM')) throw error;
  }
  await syncDir(dir);
  await syncDir(dirname(dir));
  return true;
}
