import { createHash } from 'node:crypto';
import { join } from 'node:path';

/** image-spec descriptor.md, Registered algorithms: the ones whose content can be checked here. */
const hexLengths = { sha256: 64, sha512: 128 } as const;

export const cachedAlgorithms = ['sha256', 'sha512'] as const;
type Algorithm = (typeof cachedAlgorithms)[number];

/** A digest that can be checked, and that is safe as a path because it is nothing but a known name and hex digits. */
export type VerifiableDigest = { readonly algorithm: Algorithm; readonly hex: string };

/** Undefined for an algorithm that is not cached, and for everything that is not a digest. */
export function tryParseVerifiableDigest(digest: string): VerifiableDigest | undefined {
  const match = /^(sha256|sha512):([0-9a-f]+)$/u.exec(digest);
  const algorithm = cachedAlgorithms.find((name) => name === match?.[1]);
  const hex = match?.[2];
  if (algorithm === undefined || hex?.length !== hexLengths[algorithm]) return undefined;
  return { algorithm, hex };
}

export function isContentOf(digest: VerifiableDigest, bytes: Uint8Array): boolean {
  return createHash(digest.algorithm).update(bytes).digest('hex') === digest.hex;
}

/** `<directory>/<algorithm>/<first 2 hex digits>/<hex>`: at most 256 folders an algorithm. */
export function contentPath(directory: string, { algorithm, hex }: VerifiableDigest): string {
  return join(directory, algorithm, hex.slice(0, 2), hex);
}
