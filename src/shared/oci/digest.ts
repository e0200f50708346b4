import { OciError } from './error';
import { quoteText } from './text';

/** `algorithm:encoded`, the hash of content (image-spec descriptor.md, Digests). */
export type Digest = string & { readonly __brand: 'Digest' };

/** Registered algorithms whose encoded part has one exact form (image-spec descriptor.md, Registered algorithms). */
const SHA256 = /^sha256:[a-f0-9]{64}$/;
const SHA512 = /^sha512:[a-f0-9]{128}$/;
/** The general grammar (image-spec descriptor.md, Digests). */
const GRAMMAR = /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]+$/;
/** No cap in the spec. A digest becomes part of a path, whose parts end at 255 bytes on every common file system. */
const MAX_LENGTH = 255;

/** A digest, or undefined. Algorithms other than sha256 and sha512 are kept as they are, if they fit the grammar. */
export const tryParseDigest = (text: string): Digest | undefined => {
  if (text.startsWith('sha256:')) return SHA256.test(text) ? (text as Digest) : undefined;
  if (text.startsWith('sha512:')) return SHA512.test(text) ? (text as Digest) : undefined;
  return text.length <= MAX_LENGTH && GRAMMAR.test(text) ? (text as Digest) : undefined;
};

/** @throws OciError digest-invalid */
export const parseDigest = (text: string): Digest => {
  const digest = tryParseDigest(text);
  if (digest !== undefined) return digest;
  throw new OciError(
    'digest-invalid',
    `${quoteText(text)} is not a digest. A digest looks like sha256: followed by 64 hexadecimal digits in lower case.`,
  );
};

/** The part before the colon, for example `sha256`. */
export const digestAlgorithm = (digest: Digest): string => digest.slice(0, digest.indexOf(':'));

/** The part after the colon. */
export const digestEncoded = (digest: Digest): string => digest.slice(digest.indexOf(':') + 1);

/** Whether content can be checked against the digest: sha256 and sha512, the algorithms clients must or may know. */
export const isVerifiable = (digest: Digest): boolean =>
  digest.startsWith('sha256:') || digest.startsWith('sha512:');

/** The first `length` characters of the encoded part, for lists. Not unique, never for requests. */
export const shortDigest = (digest: Digest, length = 12): string =>
  digestEncoded(digest).slice(0, length);
