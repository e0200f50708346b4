import type { Descriptor } from '#oci/descriptor';
import type { Digest } from '#oci/digest';
import { fallbackTagFor, parseCosignTag } from '#oci/fallback-tags';
import { imageArtifactType } from '#oci/artifact-type';
import { MEDIA_TYPES } from '#oci/media-type';
import { parseTag, tryParseTag, type Tag } from '#oci/tag';
import type { ManifestContent, StoredManifest, StoredReferrer } from '../content-store';
import { digestOf } from '../verify';

/** cosign specs/SIGNATURE_SPEC.md */
const COSIGN_SUFFIXES = ['sig', 'att', 'sbom'] as const;

/** The tags under which cosign 1 and 2 keep what belongs to a digest. */
function cosignTagsFor(digest: Digest): readonly Tag[] {
  if (!digest.startsWith('sha256:')) return [];
  return COSIGN_SUFFIXES.flatMap((suffix) => {
    const tag = tryParseTag(`${fallbackTagFor(digest)}.${suffix}`);
    return tag && parseCosignTag(tag) ? [tag] : [];
  });
}

/** A referrer as a registry lists it: artifact type and annotations are the manifest's (distribution-spec, Listing Referrers). */
export function describeReferrer({
  digest,
  mediaType,
  bytes,
  manifest,
}: StoredManifest): Descriptor {
  const base = { mediaType, digest, size: bytes.length };
  if (manifest.kind === 'schema1') return base;
  const artifactType =
    manifest.kind === 'image' ? imageArtifactType(manifest) : manifest.artifactType;
  return {
    ...base,
    ...(artifactType !== undefined && { artifactType }),
    ...(manifest.annotations !== undefined && { annotations: manifest.annotations }),
  };
}

/** Whether a manifest is attached to the digest. */
const isReferrerOf = ({ manifest }: StoredManifest, digest: Digest): boolean =>
  manifest.kind !== 'schema1' && manifest.subject?.digest === digest;

/** The list a registry without the referrers API keeps under the fallback tag (distribution-spec, Referrers Tag Schema). */
export function makeReferrersList(descriptors: readonly Descriptor[]): ManifestContent {
  const mediaType = MEDIA_TYPES.ociIndex;
  const text = JSON.stringify({ schemaVersion: 2, mediaType, manifests: descriptors });
  const bytes = Buffer.from(text);
  return { digest: digestOf(bytes), mediaType, bytes };
}

type Places = {
  manifests: Iterable<StoredManifest>;
  tags: ReadonlyMap<Tag, Descriptor>;
};

/** What is attached to a digest in a store that knows all its manifests. */
export function findReferrers({ manifests, tags }: Places, digest: Digest): StoredReferrer[] {
  const found: StoredReferrer[] = [];
  for (const manifest of manifests) {
    if (isReferrerOf(manifest, digest)) found.push({ descriptor: describeReferrer(manifest) });
  }
  for (const cosignTag of cosignTagsFor(digest)) {
    const descriptor = tags.get(parseTag(cosignTag));
    if (descriptor) found.push({ descriptor, cosignTag });
  }
  return found;
}
