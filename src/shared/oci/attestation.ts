import type { Descriptor } from './descriptor';
import { tryParseDigest, type Digest } from './digest';

/** buildkit docs/attestations/attestation-storage.md */
const REFERENCE_TYPE_KEY = 'vnd.docker.reference.type';
const REFERENCE_DIGEST_KEY = 'vnd.docker.reference.digest';

/** An entry of an index that holds BuildKit's attestations about another entry, not an image. */
export const isAttestationDescriptor = (descriptor: Descriptor): boolean =>
  descriptor.annotations?.[REFERENCE_TYPE_KEY] === 'attestation-manifest';

/** The digest of the image that an attestation entry speaks about; undefined when it names none. */
export const attestationSubject = (descriptor: Descriptor): Digest | undefined => {
  const digest = descriptor.annotations?.[REFERENCE_DIGEST_KEY];
  return digest !== undefined && isAttestationDescriptor(descriptor)
    ? tryParseDigest(digest)
    : undefined;
};
