import { digestAlgorithm, digestEncoded, type Digest } from './digest';
import type { Tag } from './tag';

/** A referrers tag. sha512 is cut to 64 characters in the tag, so only sha256 gives the digest back. */
export type FallbackTag = {
  readonly algorithm: 'sha256' | 'sha512';
  /** The first 64 hexadecimal digits. */
  readonly encodedPrefix: string;
  /** The digest of the subject, when the tag holds all of it. */
  readonly digest?: Digest;
};

export type CosignTag = {
  readonly digest: Digest;
  readonly kind: 'signature' | 'attestation' | 'sbom';
};

export type TagClass = 'plain' | 'referrers-fallback' | 'cosign';

const FALLBACK = /^(sha256|sha512)-([a-f0-9]{64})$/;
/** cosign specs/SIGNATURE_SPEC.md. A sha512 digest would not fit into a tag's 128 characters. */
const COSIGN = /^sha256-([a-f0-9]{64})\.(sig|att|sbom)$/;
const COSIGN_KINDS = { sig: 'signature', att: 'attestation', sbom: 'sbom' } as const;

/**
 * The tag under which a registry without the referrers API keeps the referrers of a digest: algorithm cut to 32 and
 * encoded part cut to 64 characters, what no tag may hold replaced by "-" (distribution-spec, Referrers Tag Schema).
 */
export const fallbackTagFor = (digest: Digest): Tag => {
  const text = `${digestAlgorithm(digest).slice(0, 32)}-${digestEncoded(digest).slice(0, 64)}`;
  return text.replace(/[^a-zA-Z0-9._-]/g, '-') as Tag;
};

/** Reads a referrers tag of a registered algorithm; undefined for any other tag. */
export const parseFallbackTag = (tag: string): FallbackTag | undefined => {
  const match = FALLBACK.exec(tag);
  const encodedPrefix = match?.[2];
  if (encodedPrefix === undefined) return undefined;
  return match?.[1] === 'sha256'
    ? { algorithm: 'sha256', encodedPrefix, digest: `sha256:${encodedPrefix}` as Digest }
    : { algorithm: 'sha512', encodedPrefix };
};

/** Reads a tag of cosign 1 and 2 (`sha256-<hex>.sig`, `.att`, `.sbom`); undefined for any other tag. */
export const parseCosignTag = (tag: string): CosignTag | undefined => {
  const match = COSIGN.exec(tag);
  const encoded = match?.[1];
  if (encoded === undefined) return undefined;
  const suffix = match?.[2] as keyof typeof COSIGN_KINDS;
  return { digest: `sha256:${encoded}` as Digest, kind: COSIGN_KINDS[suffix] };
};

/** Whether a tag was made by people or stands for content attached to a digest. */
export const classifyTag = (tag: string): TagClass => {
  if (!tag.startsWith('sha')) return 'plain';
  if (FALLBACK.test(tag)) return 'referrers-fallback';
  return COSIGN.test(tag) ? 'cosign' : 'plain';
};
