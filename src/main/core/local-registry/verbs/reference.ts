import { tryParseDigest, type Digest } from '#oci/digest';
import { tryParseTag, type Tag } from '#oci/tag';
import { faults } from '../errors';

/** What names a manifest in a request. */
export type ManifestReference =
  Readonly<{ kind: 'tag'; tag: Tag }> | Readonly<{ kind: 'digest'; digest: Digest }>;

/**
 * A tag, a digest, or undefined for what can be neither. A reference with a colon is a digest (distribution-spec,
 * Pulling manifests); a malformed one is refused with DIGEST_INVALID.
 */
export function parseManifestReference(text: string): ManifestReference | undefined {
  if (text.includes(':')) {
    const digest = tryParseDigest(text);
    if (digest === undefined) throw faults.digestInvalid('this is not a digest', { digest: text });
    return { kind: 'digest', digest };
  }
  const tag = tryParseTag(text);
  return tag === undefined ? undefined : { kind: 'tag', tag };
}
