import { createHash, type Hash } from 'node:crypto';
import { digestAlgorithm, isVerifiable, type Digest } from '#oci/digest';
import type { RegistryErrorDetail } from './errors';
import { failure } from './words';

type Place = Pick<RegistryErrorDetail, 'host' | 'step'>;

/** The digest of raw bytes, in the algorithm of `like`. Only for a verifiable digest. */
export function digestOf(bytes: Uint8Array, like?: Digest): Digest {
  const algorithm = like === undefined ? 'sha256' : digestAlgorithm(like);
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}` as Digest;
}

/** A hash for streamed bytes. Throws `unsupported` for an algorithm that this client cannot compute. */
export function startHash(digest: Digest, place: Place): Hash {
  if (isVerifiable(digest)) return createHash(digestAlgorithm(digest));
  const note = `Content named by ${digestAlgorithm(digest)} cannot be verified here.`;
  throw failure('unsupported', place, note);
}

/** Throws `digest-mismatch` unless the bytes hash to the digest. */
export function verifyBytes(bytes: Uint8Array, digest: Digest, place: Place): void {
  const actual = `${digestAlgorithm(digest)}:${startHash(digest, place).update(bytes).digest('hex')}`;
  if (actual !== digest) throw mismatch(digest, actual, place);
}

export function mismatch(expected: string, actual: string, place: Place): Error {
  return failure('digest-mismatch', place, `Expected ${expected}, received ${actual}.`);
}
